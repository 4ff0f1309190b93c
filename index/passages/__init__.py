"""A report's prose as passages along its sections and paragraphs, never a table row."""

from index.passages.split import SPLITTER_VERSION, split_passages

__all__ = ["SPLITTER_VERSION", "split_passages"]
