"""One folder per language: phrases, request lists and facts. Data only; adapters read it."""
