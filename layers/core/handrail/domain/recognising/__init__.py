"""What the recogniser is made of: words, a vocabulary, spelling, and patterns of words."""
