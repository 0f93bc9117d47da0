"""Decide what customers wrote."""
