"""`handrail chat`: a customer in a terminal, over the web channel."""
