"""Who drafts answers: a language model, or the articles' own sentences."""
