"""The messengers for those who set them up: what is configured, and tools to try it with."""
