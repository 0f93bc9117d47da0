"""Takes personal data out of texts before a model, a translator, a log or an agent sees them."""
