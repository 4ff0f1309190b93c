"""Runs of the evaluation: what a run is, how it is made, kept and gone on with; judges nothing."""
