"""The vector store contract and its variants: edge (embedded), server (qdrant-client), remote (a running service's)."""
