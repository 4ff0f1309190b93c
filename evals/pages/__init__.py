"""Runs and comparisons as pages: HTML, Markdown, JSON, a terminal; computes no score."""
