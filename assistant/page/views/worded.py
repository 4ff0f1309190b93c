"""An answer in the page's own words: where it names a command, the page says what to do here."""

from assistant.hints import hint_in
from assistant.page.words import Words
from assistant.result import Answer


def worded(answer: Answer, say: Words) -> Answer:
    """Return an answer to show; what is saved, checked and printed stays in its own words."""
    text = "\n".join(_worded(line, say) for line in answer.text.split("\n"))
    warnings = tuple(_worded(one, say) for one in answer.warnings)
    return answer.model_copy(update={"text": text, "warnings": warnings})


def _worded(sentence: str, say: Words) -> str:
    found = hint_in(sentence)
    return say(f"hints.{found.name}", **found.values) if found else sentence
