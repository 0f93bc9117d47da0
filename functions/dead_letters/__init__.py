"""Hand dead letters to a person."""
