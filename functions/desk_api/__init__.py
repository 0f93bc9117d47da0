"""Serve what agents do."""
