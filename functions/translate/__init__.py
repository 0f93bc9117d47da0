"""Translate between agents and customers."""
