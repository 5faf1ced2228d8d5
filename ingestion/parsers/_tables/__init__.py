"""Printed cells into typed tables."""
