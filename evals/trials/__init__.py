"""Versions of a prompt tried on recorded replies, and what came of each: the prompt's history."""
