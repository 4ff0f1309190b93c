"""Labelling gold by hand: a person's session over a report, the second look, their agreement."""
