"""What an answer may use beside the text. A tool is a module with a constant ``TOOL``."""
