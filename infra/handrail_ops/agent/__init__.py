"""`handrail agent`: the reference consumer of the agents queue."""
