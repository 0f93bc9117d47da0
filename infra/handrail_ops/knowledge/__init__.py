"""From a company's articles to the index that the functions read."""
