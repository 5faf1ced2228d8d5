"""Files that hold files: one a kind."""
