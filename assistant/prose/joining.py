"""One answer of two, the numbers and the prose: marks and citations are numbered through."""

import re
from typing import Any

from assistant.plan import Refusal
from assistant.result import Answer, AnswerStatus, Certificate, Coverage, Row, Undecided

_MARK = re.compile(r"\[(\d+)\](?=[\[。；]|$)", re.MULTILINE)


def join(numbers: Answer, prose: Answer, refused: Refusal | None = None) -> Answer:
    """Return both answers as one; `refused` is what the numbers' answer left to the prose."""
    shift = len(numbers.citations)
    message = refused.message if refused else ""
    text = numbers.text.removesuffix(message).rstrip("\n") if message else numbers.text
    return numbers.model_copy(
        update={
            "status": _status(numbers, prose),
            "text": f"{text}\n{_shifted(prose.text, shift)}",
            "explanation": "\n".join(filter(None, (numbers.explanation, prose.explanation))),
            "prose": prose.plan,
            "rows": (*numbers.rows, *(_row(row, shift) for row in prose.rows)),
            "undecided": (*numbers.undecided, *(_row(row, shift) for row in prose.undecided)),
            "rejected": (*numbers.rejected, *(_row(row, shift) for row in prose.rejected)),
            "citations": (
                *numbers.citations,
                *(c.model_copy(update={"id": c.id + shift}) for c in prose.citations),
            ),
            "choices": (*numbers.choices, *prose.choices),
            "warnings": tuple(dict.fromkeys((*numbers.warnings, *prose.warnings))),
            "figures": numbers.figures | {f"prose:{k}": v for k, v in prose.figures.items()}
            | _counts(prose.coverage),
            "certificate": _certificate(numbers.certificate, prose.certificate),
            "model": prose.model or numbers.model,
        }
    )  # fmt: skip


def _status(numbers: Answer, prose: Answer) -> AnswerStatus:
    """Return "answered" only when both parts are; a part that is there is never a refusal."""
    answered = [one.status in ("answered", "partial") for one in (numbers, prose)]
    if numbers.status == prose.status == "answered":
        return "answered"
    return "partial" if any(answered) else numbers.status


def _shifted(text: str, shift: int) -> str:
    return _MARK.sub(lambda found: f"[{int(found[1]) + shift}]", text)


def _row(row: Row | Undecided, shift: int) -> Row | Undecided:
    return row.model_copy(update={"citations": tuple(n + shift for n in row.citations)})


def _counts(coverage: Coverage) -> dict[str, Any]:  # Any: what `Answer.figures` takes
    """Return the counts of the prose part, which its sentences name."""
    from decimal import Decimal

    return {f"prose:{k}": Decimal(v) for k, v in coverage.model_dump().items()}


def _certificate(first: Certificate, second: Certificate) -> Certificate:
    return Certificate(
        snapshot=first.snapshot or second.snapshot,
        statements=(*first.statements, *second.statements),
        support=(*first.support, *second.support),
        complete=first.complete and second.complete,
    )
