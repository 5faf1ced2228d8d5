"""Models that read question and passage together. A variant is a module with a constant ``RERANKER_TYPE``."""
