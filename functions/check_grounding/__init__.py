"""Last step of a turn: does the answer stand in what it cites?"""
