"""One use case per function, written against the ports."""
