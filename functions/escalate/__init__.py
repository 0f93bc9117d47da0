"""Do the steps of the escalation workflow."""
