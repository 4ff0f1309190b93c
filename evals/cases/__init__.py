"""The bank of questions: what users ask of the sample reports, and what a right answer holds.

A table is one kind; a line of it is one case: some phrasings in `ask`, then what `Case` names, by
hand from the gold tables or as a plan for the reference executor. `python -m evals.cases` asks all.
"""
