"""Handrail: a support chatbot from which a person can always be reached."""
