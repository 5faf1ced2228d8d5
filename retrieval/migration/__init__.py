"""All points of one vector store into another: copied, resumable, and checked against each other."""
