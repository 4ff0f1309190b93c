"""Gold tables, question bank, synthetic reports, benchmarks: how well the product does."""
