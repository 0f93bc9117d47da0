"""Watch what was written, and reconcile what was acknowledged with what became of it."""
