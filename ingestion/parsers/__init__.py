"""One kind of file each. A variant is a module with a constant ``PARSER``."""
