"""A package of parsers as ingestion finds them, for what real files can hardly be made to do on the spot."""
