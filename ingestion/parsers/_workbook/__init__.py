"""Workbooks of any make into sheets, and these into tables."""
