"""`handrail report`: what the table says became of everybody who asked for a person."""
