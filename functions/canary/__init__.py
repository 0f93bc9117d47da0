"""Every few minutes, a customer who is a program asks for a person."""
