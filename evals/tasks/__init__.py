"""What can be evaluated: a task has cases, and runs one case at a time."""
