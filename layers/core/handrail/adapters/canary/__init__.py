"""How the canary reaches Handrail: over the same HTTP routes as everybody else."""
