"""Take in what channels send."""
