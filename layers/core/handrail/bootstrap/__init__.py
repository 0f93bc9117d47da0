"""Where ports meet adapters, one module per function, so that no function pays for another's imports."""
