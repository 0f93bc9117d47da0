"""Second step of a turn: an answer from the articles."""
