"""Serve the chat page."""
