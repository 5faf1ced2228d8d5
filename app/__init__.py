"""Questions become cited answers."""
