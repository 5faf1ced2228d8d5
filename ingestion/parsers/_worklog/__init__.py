"""Rows of a maintenance log into work orders, by a preset or a mapping."""
