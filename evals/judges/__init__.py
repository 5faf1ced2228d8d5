"""Judges of answers: one file each, the constant JUDGE."""
