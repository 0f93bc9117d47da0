"""The promise as pure Python: no clock, no environment, no I/O, standard library only."""
