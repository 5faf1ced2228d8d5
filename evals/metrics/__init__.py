"""One file a metric; each has the constant METRIC."""
