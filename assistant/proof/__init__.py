"""The parts of `assistant.verify`: a second, small way from raw text to an answer's numbers.

Shares no code with the reader, the compiler or the operations: only JSON, the standard library and
the catalogue's labels.
"""
