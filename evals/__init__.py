"""How good the answers and the search are, measured."""
