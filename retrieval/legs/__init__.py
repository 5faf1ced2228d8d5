"""One way to score a passage each. A variant is a module with a constant ``LEG``."""
