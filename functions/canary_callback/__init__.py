"""Takes what the direct channel sends to the canary."""
