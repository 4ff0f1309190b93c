"""The bank of questions: what users ask of the sample reports, and what a right answer holds."""
