"""One file a command of ``python -m retrieval``; each has the constant COMMAND."""
