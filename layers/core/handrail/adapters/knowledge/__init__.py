"""The company's articles, as compiled into an index."""
