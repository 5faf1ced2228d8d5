"""Files become knowledge: discover, parse, chunk, encode, write, publish."""
