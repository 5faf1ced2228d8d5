"""Drawings without a data model: texts and strokes into items and traced lines, whatever file they come from."""
