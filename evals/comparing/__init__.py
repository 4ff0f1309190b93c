"""Is one run really better than another: paired statistics over clusters, and what changed."""
