"""Breaks the protocol and the workflows on purpose, and says what notices."""
