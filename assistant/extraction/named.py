"""Fields that plainly name a statutory cell or a stated number: code reads them, no model does.

A label is plain when the question rules read all of its words and they name one number of this
very report. Everything around it must be silent or agree.
"""

from functools import lru_cache
from typing import NamedTuple

from assistant.extraction.schema import Leaf
from assistant.extraction.wording import covered, is_chinese, keys_of, pattern_of, says
from assistant.names import Names
from assistant.plan import Measure
from assistant.understand.lexer import Token, segment
from assistant.understand.measures import read_measures
from assistant.understand.phrase import AmbiguousError, DeclinedError, Phrase
from assistant.understand.years import read_years, settle_bare_years
from index.catalogue import load_metrics
from index.normalise import squeeze

_LONGEST_LABEL = 60


class Label(NamedTuple):
    """What the rules read in a label: its measures, the years it names, the words left over."""

    measures: tuple[Measure, ...]
    years: tuple[int, ...]
    left: tuple[str, ...]


@lru_cache(maxsize=512)
def read_label(text: str) -> Label | None:
    """Return what a label says in the words of the catalogue, None when that is not clear."""
    if not text or len(text) > _LONGEST_LABEL:
        return None
    phrase = Phrase(_tokens(text), Names(()))
    try:
        years = read_years(phrase).years
        groups = read_measures(phrase)
    except (DeclinedError, AmbiguousError):
        return None
    measures = tuple(dict.fromkeys(m for group in groups for m in group.measures))
    if measures and all(t.endswith(".total") for m in measures for t in m.terms):
        phrase.take_sums()
        phrase.use(*(i for i in phrase.where("weak_sum")))
    return Label(measures, years, tuple(phrase.left_over()))


def _tokens(text: str) -> tuple[Token, ...]:
    return settle_bare_years(segment(text, Names(())))


def plain_measure(leaf: Leaf, year: int | None) -> Measure | None:
    """Return the one number that a numeric field plainly names, None when it does not."""
    if leaf.kind not in ("integer", "number") or "*" in leaf.path:
        return None
    if by_id := _by_id(leaf):
        return by_id
    own = [t for t in leaf.words.own if is_chinese(t)]
    around = [t for t in leaf.words.around if is_chinese(t)]
    read = {text: _alone(text, around, year) for text in own}
    found = {measure for measure in read.values() if measure is not None}
    # a text that the rules cannot read may say more of the same, but turn to nothing else
    unread = [text for text, measure in read.items() if measure is None]
    if len(found) != 1 or any(_shifts(text) for text in (*unread, *around)):
        return None
    measure = found.pop()
    return measure if _unit_fits(measure, own) and not measure.over else None


def _by_id(leaf: Leaf) -> Measure | None:
    """Return the cell that a field without Chinese words names by its id: licensing_decisions."""
    if any(is_chinese(text) for text in (*leaf.words.own, *leaf.words.around)):
        return None
    wanted = leaf.path[-1].lower().replace(".", "_") if leaf.path else ""
    fitting = [m for m in load_metrics().values() if m.id.replace(".", "_") == wanted]
    if len(fitting) != 1:
        return None
    metric = fitting[0]
    return Measure(terms=(metric.id,), label=f"{metric.row}·{metric.column}", unit=metric.unit)


def _alone(text: str, around: list[str], year: int | None) -> Measure | None:
    """Return the measure of a text, read with the names around it where it needs them."""
    plain = _cleaned(text)
    tries = [plain, *("".join((*map(_cleaned, around[i:]), plain)) for i in range(len(around)))]
    for said in tries:
        label = read_label(said)
        if label is None or label.left or len(label.measures) != 1:
            continue
        if any(y != year for y in label.years):
            return None
        return label.measures[0]
    return None


def _cleaned(text: str) -> str:
    """Return a label without what only says how to fill it in."""
    return pattern_of("form").sub("", squeeze(text)).strip(",，。.;；:：")


def _shifts(text: str) -> bool:
    """Tell whether words round a label may turn it to another year, body or kind of number."""
    plain = squeeze(text)
    return any(says(k, plain) for k in ("other_time", "others", "plan", "supposed", "rate"))


def _unit_fits(measure: Measure, own: list[str]) -> bool:
    """Tell whether a label asks for the unit of the catalogue: 万元 is not 元."""
    said = "".join(map(squeeze, own))
    if measure.unit == "万元":
        return "元" not in said.replace("万元", "") and "亿" not in said
    return "元" not in said


def _foreign(labels: list[Label], metric: str) -> str:
    """Return what a field speaks of that neither the rules nor the cell's own labels know."""
    entry = load_metrics()[metric]
    printed = squeeze(entry.row + entry.column)
    keys = [key for found in labels for key in keys_of("".join(found.left))]
    return next((key for key in keys if covered(key, printed) < 1), "")


def cell_agrees(metric: str, leaf: Leaf, year: int | None) -> str:
    """Return "" when a field's words name the row and column of a cell, else what speaks against.

    Words the rules cannot read may stand in the field when the labels of the cell print them.
    """
    own = [t for t in leaf.words.own if is_chinese(t)]
    if not own:
        return "字段没有中文说明，无法核对是不是这一格"
    shifted = [t for t in (*own, *leaf.words.around) if is_chinese(t) and _shifts(t)]
    if shifted:
        return f"字段“{shifted[0]}”说的可能不是本年本机关的这一格"
    labels = [found for text in own if (found := read_label(_cleaned(text)))]
    named = {t for found in labels for m in found.measures for t in m.terms}
    if any(y != year for found in labels for y in found.years):
        return "字段说的是别的年度"
    if foreign := _foreign(labels, metric):
        return f"字段还说了“{foreign}”，表格里没有"
    if not labels or any(len(found.measures) != 1 for found in labels):
        return "字段的说明没有唯一指出表格的一行一列"
    if named != {metric}:
        return "字段的说明与这一格的行列标签不一致"
    return "" if all(_unit_fits(m, own) for f in labels for m in f.measures) else "单位不一致"
