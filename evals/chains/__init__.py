"""How the chains do with a model, case by case: answered, declined, wrong; with tokens and time."""
