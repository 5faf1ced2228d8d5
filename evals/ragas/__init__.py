"""Metrics of RAGAS over a run of answers: one file each, the constant RAGAS."""
