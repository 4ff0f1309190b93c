"""Known facts rendered as reports in every layout and defect, the truth kept for every cell."""
