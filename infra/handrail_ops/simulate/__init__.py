"""The promise under a seeded scheduler: the real code, with everything around it failing."""
