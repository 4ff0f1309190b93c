"""The word tables of the question rules and of the answers."""
