"""Hold the web chat's live connection."""
