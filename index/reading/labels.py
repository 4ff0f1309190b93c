"""The labels of both statutory forms (`data/labels.csv`) and how a run of text parses into them.

Labels compare as keys: normalised text of which only ideographs, letters and digits are left.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from index.data import read_rows

_NOT_KEY = re.compile(r"[^一-鿿〇A-Za-z0-9]+")
_ORDINAL = re.compile("[一二三四五六七八九十]{1,2}|[0-9]")
_UNIT_TAIL = re.compile(r"单位?[件项个万元条]*|[件项个条]|万元|数量|总?数")


class Label(NamedTuple):
    """One recognised label in a key: its id and role, the enumerator before it, its place."""

    id: str
    section: str
    role: str
    number: str
    start: int
    end: int


class _Entry(NamedTuple):
    id: str
    section: str
    role: str


def label_key(text: str) -> str:
    """Return what is compared of normalised `text`: ideographs, letters, digits."""
    return _NOT_KEY.sub("", text)


def standard_terms(text: str) -> str:
    """Return normalised `text` in the mainland's words (资讯 → 信息), the same length."""
    for written, standard in _terms():
        if written in text:
            text = text.replace(written, standard)
    return text


@cache
def _terms() -> tuple[tuple[str, str], ...]:
    return tuple((r["written"], r["standard"]) for r in read_rows("terms.csv"))


@cache
def _variants() -> dict[str, _Entry]:
    return {
        variant: _Entry(row["id"], row["section"], row["role"])
        for row in read_rows("labels.csv")
        for variant in row["variants"].split("|")
    }


def known_variants() -> tuple[str, ...]:
    """Return every label as it may be printed, as keys."""
    return tuple(_variants())


@cache
def _scanner() -> re.Pattern[str]:
    ordered = sorted(_variants(), key=len, reverse=True)
    return re.compile(
        r"(?P<n>[一二三四五六七八九十]{1,2}(?![一二三四五六七八九十])|[0-9]{1,2})?(?P<v>"
        + "|".join(ordered)
        + ")"
    )


@cache
def _all_variants() -> str:
    return "\n".join(_variants())


@lru_cache(maxsize=8192)
def parse_labels(key: str) -> tuple[Label, ...]:
    """Return the labels in `key`, left to right, longest first, each with its enumerator."""
    found = []
    for match in _scanner().finditer(key):
        entry = _variants()[match["v"]]
        found.append(Label(*entry, match["n"] or "", match.start(), match.end()))
    return tuple(found)


@lru_cache(maxsize=8192)
def covers(key: str) -> bool:
    """Tell whether labels (with their enumerators) make up the whole of `key`."""
    at = 0
    for label in parse_labels(key):
        if label.start != at:
            return False
        at = label.end
    return at == len(key) and at > 0


def is_fragment(key: str) -> bool:
    """Tell whether `key`, or the end of a longer one, is a piece of some label."""
    core = key.lstrip("0123456789一二三四五六七八九十")
    if len(core) < 2:
        return False
    return core in _all_variants() or (len(core) > 8 and core[-8:] in _all_variants())


def is_piece(key: str) -> bool:
    """Tell whether `key` is a piece of some label, however short."""
    return key in _all_variants()


def is_unit(key: str) -> bool:
    """Tell whether `key` is only a unit or a counting word, as after a label: 件, 单位万元."""
    return bool(_UNIT_TAIL.fullmatch(key))


@cache
def row_labels() -> tuple[tuple[str, str], ...]:
    """Return (variant, id) of every label that names a row, for split and misspelt labels."""
    return tuple((v, e.id) for v, e in _variants().items() if e.role == "row")


@cache
def _splits() -> dict[str, tuple[tuple[str, str], ...]]:
    """Map each proper beginning of a row label to the (rest, id) pairs that complete it."""
    table: dict[str, set[tuple[str, str]]] = {}
    for variant, row in row_labels():
        for cut in range(2, len(variant)):
            table.setdefault(variant[:cut], set()).add((variant[cut:], row))
    return {k: tuple(sorted(v, key=lambda p: -len(p[0]))) for k, v in table.items()}


def complete_split(tail: str, following: str) -> tuple[str, int] | None:
    """Return (row id, end of the rest in `following`) of a row label cut in two by its values.

    `tail` ends with the first part; the rest stands within the first few characters of `following`,
    where part of a group label may come before it.
    """
    for start in range(len(tail) - 1):
        for rest, row in _splits().get(tail[start:], ()):
            at = following.find(rest, 0, len(rest) + 6)
            if following.endswith(tail[start:], 0, max(at, 0)):
                continue  # the whole label of the next row stands there
            if at >= 0 and (len(rest) >= 2 or at == 0):
                return row, at + len(rest)
    return None


@cache
def _spam() -> re.Pattern[str]:
    return re.compile("[A-Za-z]{2}|" + "|".join(r["word"] for r in read_rows("spam.csv")))


def without_spam(key: str) -> str | None:
    """Return the label that `key` is once an advertisement pushed into it is cut out, or None.

    Whole labels may stand before the one that was spoilt.
    """
    if not _spam().search(key):
        return None
    at = 0
    for label in (None, *parse_labels(key)):
        if label is not None and label.start != at:
            break
        at = label.end if label else 0
        clean = _one_without_spam(key[at:])
        if clean:
            return key[:at] + clean
    return None


def _one_without_spam(key: str) -> str | None:
    number = _ORDINAL.match(key)
    core = key[number.end() :] if number else key
    found = []
    for variant, entry in _variants().items():
        if entry.role in ("row", "total", "group") or variant == "其他":
            cut = _cut_at(core, variant)
            if cut and _spam().search(core[cut : len(core) - len(variant) + cut]):
                found.append(variant)
    longest = max(found, key=len, default=None)
    return longest and (number[0] if number else "") + longest


def _cut_at(core: str, variant: str) -> int:
    """Return at which character of `variant` something was pushed in for `core`; 0 if nowhere."""
    extra = len(core) - len(variant)
    if extra < 2 or core[0] != variant[0]:
        return 0
    for cut in range(len(variant), 0, -1):
        if core.startswith(variant[:cut]) and core.endswith(variant[cut:]):
            return cut
    return 0


def nearest_row(tail: str) -> str | None:
    """Return the one row whose label differs from `tail` by a slip of the pen, or None."""
    core = tail.lstrip("0123456789一二三四五六七八九十")
    if len(core) < 6:
        return None
    hits = {
        row for variant, row in row_labels() if _within(core, variant, max(1, len(variant) // 6))
    }
    return hits.pop() if len(hits) == 1 else None


def _within(a: str, b: str, limit: int) -> bool:
    """Tell whether the edit distance of `a` and `b` is at most `limit`."""
    if len(b) < 6 or abs(len(a) - len(b)) > limit:
        return False
    before = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
        if min(row) > limit:
            return False
        before = row
    return before[-1] <= limit
