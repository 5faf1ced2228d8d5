"""Pictures of pages into lines of text, and these into blocks."""
