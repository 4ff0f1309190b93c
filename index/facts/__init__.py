"""Numbers that the prose states, with span and bound."""
