"""The Qdrant server's parts: its options, the collection made with them, filters in its words."""
