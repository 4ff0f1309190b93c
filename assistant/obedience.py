"""Orders in report texts are set aside before a model or a check sees them; knows no model."""

from assistant.sentences import sentences_of
from index.suspicion import suspicious

__all__ = ["obedient"]


def obedient(text: str) -> str:
    """Return the text with every sentence blanked that looks like an instruction to a model."""
    marks = suspicious(text)
    for sentence in sentences_of(text) if marks else ():
        if any(m.start < sentence.end and m.end > sentence.start for m in marks):
            blank = "　" * (sentence.end - sentence.start)
            text = text[: sentence.start] + blank + text[sentence.end :]
    return text
