"""What a labeller types for a row, as labels of its cells: `read_row`; knows no report."""

import re
from decimal import Decimal
from typing import NamedTuple

from evals.labelling.words import not_applicable, statuses_of_cells, statuses_of_rows, units
from index.errors import MisuseError
from index.normalise import normalise

ALL_ZERO = "0"
SECTION_ABSENT = "X"
_PIECE = re.compile(r'[~?]?"[^"]*"(?:=\S+)?|\S+')
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


class Said(NamedTuple):
    """The label of one cell: exact digits as text, None unless there is a value; `raw` as printed.

    `raw` is empty where nothing is printed, or where the print settles nothing.
    """

    value: str | None
    status: str
    raw: str = ""


def read_row(typed: str, count: int) -> tuple[Said, ...]:
    """Return the labels of a row of `count` cells; raises MisuseError that says what is wrong."""
    text = typed.strip()
    if text in statuses_of_rows():
        return (Said(None, statuses_of_rows()[text]),) * count
    pieces = _PIECE.findall(text)
    if len(pieces) != count:
        raise MisuseError(f"这一行有 {count} 格，您输入了 {len(pieces)} 格：{text!r}。请重新输入。")
    return tuple(read_cell(piece) for piece in pieces)


def read_cell(piece: str) -> Said:
    """Return the label of one cell as it is typed."""
    if piece in statuses_of_cells():
        return Said(None, statuses_of_cells()[piece])
    if piece[0] == "?":
        return Said(None, "unreadable", _bare(piece[1:]))
    if piece[0] == "~":
        sure = read_cell(piece[1:])
        return Said(sure.value, "optional" if sure.value is not None else "any_missing", sure.raw)
    raw, sign, value = piece.rpartition("=")
    if sign and raw:
        return Said(_digits(value, piece), "reported", _bare(raw))
    return _as_printed(piece)


def _as_printed(piece: str) -> Said:
    raw, quoted = _bare(piece), piece.startswith('"')
    if not quoted and (value := number_of(raw)) is not None:
        return Said(value, "reported", raw)
    if raw in not_applicable():
        return Said(None, "not_applicable", raw)
    if quoted or not any(c.isdigit() or (c.isascii() and c.isalpha()) for c in normalise(raw)):
        return Said(None, "text", raw)
    raise MisuseError(
        f"{piece!r} 不是数。印的是数，请写成“印的样子=数”，如 1.2万=12000；"
        f'读不出，请写 ?{raw}；是文字，请加引号，如 "{raw}"。'
    )


def number_of(raw: str) -> str | None:
    """Return the exact digits of a printed number, without commas, plus sign and unit, or None."""
    plain = normalise(raw)
    unit = next((u for u in units() if plain.endswith(u)), "")
    digits = plain.removesuffix(unit).strip()
    if not _NUMBER.fullmatch(digits):
        return None
    return digits.replace(",", "").lstrip("+")


def _bare(piece: str) -> str:
    return piece[1:-1] if len(piece) > 1 and piece[0] == piece[-1] == '"' else piece


def _digits(value: str, piece: str) -> str:
    if not _NUMBER.fullmatch(value):
        raise MisuseError(f"{piece!r} 的等号后面应是一个数，如 一千二百=1200。")
    return format(Decimal(value.replace(",", "")), "f")
