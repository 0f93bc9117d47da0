"""Proves of a workflow that no path in it, under any error, ends without a person or an offer."""
