"""Keeps what a visitor thought of the last answer."""

from pathlib import Path

from assistant.feedback import Thumb, feedback_on, keep_feedback
from assistant.page.desks.talk import Talk
from index.errors import MisuseError


def keep_thumb(folder: Path, talk: Talk, thumb: Thumb, comment: str) -> None:
    """Keep a thumb with its comment; raises MisuseError when nothing was answered yet."""
    if talk.answer is None:
        raise MisuseError("还没有回答，没有可以评价的。请先提问。")
    keep_feedback(folder, feedback_on(talk.answer, thumb, comment))
