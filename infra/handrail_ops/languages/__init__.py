"""The languages Handrail speaks, as their keepers see them: compiling and checking the folders."""
