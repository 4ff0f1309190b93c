"""Search over the prose of a library: passages, found by words and by meaning; derived data."""
