"""What operators run: the `handrail` command and everything behind it."""
