"""What a language model's door does with its replies; imports no provider (see models.py)."""
