"""Plays recorded messages through a running Handrail and checks that nobody is lost."""
