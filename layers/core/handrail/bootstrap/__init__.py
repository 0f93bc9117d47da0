"""Where ports meet adapters: a module per function, so that none pays for another's imports."""
