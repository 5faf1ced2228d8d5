"""Sources of live plant data, read-only by construction. A variant is a module with a constant ``PLANT``."""
