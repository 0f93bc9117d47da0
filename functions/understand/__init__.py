"""First step of a turn: what is the question?"""
