"""What every messenger needs, once: signatures, splitting, sending, accounts, reading."""
