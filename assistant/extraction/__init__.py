"""A report and a JSON Schema to values, each traced by code to its place in the report's text.

The model only points: it names a value and the numbered sources it stands in; `support` takes or
refuses it there. Fields that plainly name a statutory cell never reach the model.
"""
