"""Measurements: what a turn costs, and how fast the local stack is."""
