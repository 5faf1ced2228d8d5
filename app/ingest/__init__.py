"""Files that come in over HTTP: taken into the inbox, handed to a process of ingestion, followed to their end."""
