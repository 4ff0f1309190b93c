"""Answers from the prose of the reports: quotes, sweeps, and checked sentences of a model.

`answer_prose` is the door. Words, synonyms and cues lie in `assistant/data`; no search engine and
no provider is known here.
"""
