"""Answers that were saved (`ask --json`), read back: for verifying and for going on asking."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.carried import restored
from assistant.result import Answer
from index.errors import MisuseError

Json = dict[str, Any]
_LONGEST = 20
# Fields that answers saved by an earlier version do not have.
_NEWER = {"resolved", "note", "prose", "edited"}


def read_answer(saved: Path) -> Answer:
    """Return the answer in a file; raises MisuseError when it holds none."""
    return Answer.model_validate(load_answer(saved))


def given_answer(answer: Json, name: str) -> Answer:
    """Return the answer that a caller hands back, called `name`; raises MisuseError."""
    return Answer.model_validate(_require_answer(answer, name))


def load_answer(saved: Path) -> Json:
    """Return a saved answer as it was printed; raises MisuseError when the file holds none."""
    try:
        text = saved.read_text(encoding="utf-8")
        answer = json.loads(text, parse_int=_whole, parse_constant=_whole)
    except OSError as error:
        raise MisuseError(f"读不了文件 {str(saved)!r}：{error.strerror}。请检查路径。") from error
    except (ValueError, RecursionError) as error:
        raise MisuseError(
            f"{str(saved)!r} 不是 JSON。请给出 nianbao ask --json 保存的回答。"
        ) from error
    return _require_answer(answer, str(saved))


def _require_answer(answer: object, name: str) -> Json:
    """Return `answer` if it has the shape of a whole answer; raises MisuseError.

    One that came over the page's API is as good as one that was printed.
    """
    answer = restored(answer)
    if not isinstance(answer, dict) or "certificate" not in answer:
        raise MisuseError(f"{name!r} 不是回答。请给出 nianbao ask --json 保存的回答。")
    try:
        Answer.model_validate(answer)
    except ValidationError as error:
        place = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise MisuseError(
            f"{name!r} 的 {place!r} 不合回答的格式。请给出 nianbao ask --json 保存的回答。"
        ) from error
    if missing := sorted(Answer.model_fields.keys() - _NEWER - answer.keys()):
        raise MisuseError(f"{name!r} 缺少 {missing[0]!r}。请给出 nianbao ask --json 保存的回答。")
    return answer


def _whole(digits: str) -> int:
    """Return a whole number as answers have them: neither NaN nor of any length."""
    if len(digits) > _LONGEST:
        raise ValueError(digits[:_LONGEST])
    return int(digits)
