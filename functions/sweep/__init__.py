"""Every minute, finish whatever was dropped."""
