"""Send what was decided: the only door to customers."""
