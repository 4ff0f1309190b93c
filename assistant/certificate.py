"""The proof of an answer: snapshot, statements, and every number it rests on with its place."""

from assistant.draft import Draft
from assistant.operations.sketch import Sketch
from assistant.result import Certificate


def certify(draft: Draft, sketch: Sketch) -> Certificate:
    """Return the certificate of a sketched answer."""
    return Certificate(
        snapshot=draft.library.snapshot,
        statements=sketch.runs,
        support=draft.supports(),
        complete=sketch.complete,
    )
