"""How well questions are answered, in figures that a company can repeat with its own."""
