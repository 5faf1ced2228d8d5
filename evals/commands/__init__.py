"""One file a command of ``python -m evals``; each has the constant COMMAND."""
