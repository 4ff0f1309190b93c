"""What the fields of an edited reading offer, and what is read from them; every error is told."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple, cast

from assistant.library_view import LibraryView
from assistant.names import Names, Spot
from assistant.numbers import say_number
from assistant.plan import Condition, Measure, Place, Plan, Scope
from assistant.understand.cells import cell_measure, fact_measure
from assistant.understand.lexicon import load_columns, load_facts, load_rows
from assistant.understand.numerals import read_number
from assistant.understand.places import full_name
from assistant.words import LEVELS, place_name
from index.errors import MisuseError
from index.model import Level
from index.normalise import squeeze

MOST_PLACES = 1_000
_MOST_ROWS = 10_000
_OWN = "own"
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_WHOLE_DIGITS, _PLACES = 16, 10


class Choices(NamedTuple):
    """What a field offers: pairs of a text and the value it stands for; and what is chosen."""

    offered: tuple[tuple[str, str], ...]
    chosen: str = ""


@cache
def _measures() -> dict[str, Measure]:
    """Return every number that the rules know by name: cells of the form, numbers of the prose."""
    found: dict[str, Measure] = {}
    for row, info in load_rows().items():
        for section, column in load_columns():
            measure = cell_measure(row, column) if section == info.section else None
            if measure is not None and measure not in found.values():
                found[f"{row}:{column}"] = measure
    return found | {f"fact:{name}": fact_measure(name) for name in load_facts()}


def measure_choices(own: Measure | None) -> Choices:
    """Return the numbers to choose from, first the plan's own where the rules have no name."""
    chosen = next((key for key, measure in _measures().items() if measure == own), "")
    offered = [(_said_measure(measure), key) for key, measure in _measures().items()]
    if own is not None and not chosen:
        return Choices(((_said_measure(own), _OWN), *offered), _OWN)
    return Choices(tuple(offered), chosen)


def measure_of(key: str) -> Measure:
    """Return a chosen number; its label will do as well."""
    said = key.strip()
    found = _measures().get(said)
    named = [m for m in _measures().values() if said in (m.label, _said_measure(m))]
    if found is None and len(named) != 1:
        raise MisuseError(f"没有叫 {key!r} 的指标。请从列表里选一项。")
    return found or named[0]


def _said_measure(measure: Measure) -> str:
    return f"{measure.label}（{measure.unit}）" if measure.unit else measure.label


def said_number(plan: Plan, condition: Condition) -> str:
    """Return the number of a condition as the form shows it: a share in percent."""
    if _is_share(plan, condition):
        return f"{say_number(condition.value * 100)}%"
    return say_number(condition.value)


def number_of(plan: Plan, condition: Condition, typed: str) -> Decimal:
    """Return the number typed for a condition, exactly; raises MisuseError for what is none."""
    text = squeeze(typed).replace("，", ",")
    share = _is_share(plan, condition)
    if not text:
        raise MisuseError("没有填要比较的数。请填一个数，例如 1000。")
    if share != text.endswith("%"):
        raise MisuseError(
            f"{typed!r} 不能用：{condition.measure.label}是比例，请写成百分数，例如 50%。"
            if share
            else f"{typed!r} 不能用：{condition.measure.label}不是比例，不能写百分数。"
        )
    value = _decimal(text.removesuffix("%"), condition.measure.unit)
    if value is None:
        raise MisuseError(f"{typed!r} 不是一个确切的数。请写成 1000、1,000、1.5 或 -20 这样。")
    value = value / 100 if share else value
    places = max(0, -int(value.normalize().as_tuple().exponent))
    if abs(value) >= Decimal(10) ** _WHOLE_DIGITS or places > _PLACES:
        raise MisuseError(f"{typed!r} 太大或小数位太多。请换一个数。")
    return value


def _is_share(plan: Plan, condition: Condition) -> bool:
    relative = plan.operation == "change" and plan.basis == "ratio"
    return bool(condition.measure.over) or relative


def _decimal(text: str, unit: str) -> Decimal | None:
    """Return a plain number, or a count in Chinese numerals or with 万; None for anything else."""
    bare = text.removesuffix(unit) if unit else text
    if len(bare) <= 40 and _NUMBER.fullmatch(bare):
        return Decimal(bare.replace(",", ""))
    number = read_number(text, 0, len(text))
    whole = number is not None and number.length == len(text)
    counted = whole and number is not None and number.unit in ("", "count") and "元" not in unit
    return number.value if counted and number is not None else None


def held_years(library: LibraryView) -> tuple[str, ...]:
    """Return the report years of the library, the newest first."""
    return _held(library).years


def years_of(typed: Iterable[str]) -> tuple[int, ...]:
    """Return the years typed, in order, each once."""
    found = set[int]()
    for text in typed:
        digits = squeeze(str(text)).removesuffix("年度").removesuffix("年")
        year = int(digits) if digits.isdecimal() and len(digits) == 4 else 0
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise MisuseError(f"{text!r} 不是年份。请写成 2022 这样的四位数。")
        found.add(year)
    return tuple(sorted(found))


def place_choices(library: LibraryView) -> tuple[str, ...]:
    """Return the places of the library by their whole names, at most `MOST_PLACES`."""
    return tuple(_held(library).places)[:MOST_PLACES]


def place_of(typed: str, library: LibraryView) -> Place:
    """Return a place of the library; raises MisuseError for none, and for several of one name."""
    if (held := _held(library).places.get(typed)) is not None:
        return held
    said = squeeze(typed)
    spots = [spot for spot in Names.of(library, said).spots(said) if not spot.listed]
    unique = list(dict.fromkeys(spot._replace(short=False) for spot in spots))
    if not unique:
        raise MisuseError(f"库里没有叫 {typed!r} 的地方。请从列表里选。")
    if len(unique) > 1:
        names = "、".join(full_name(spot) for spot in unique[:5])
        raise MisuseError(f"叫 {typed!r} 的有 {len(unique)} 个：{names}。请写全名。")
    return _as_place(unique[0])


def _as_place(spot: Spot) -> Place:
    return Place(
        said=full_name(spot), province=spot.province, city=spot.city, county=spot.county,
        township=spot.township, agency=spot.agency,
    )  # fmt: skip


def body_choices(library: LibraryView, scope: Scope) -> Choices:
    """Return the kinds of townships and the levels of bodies to choose from."""
    held = _held(library)
    kinds = dict.fromkeys((*held.kinds, *scope.kinds))
    levels = dict.fromkeys((*held.levels, *scope.levels))
    return Choices(
        (
            *((kind, f"kind:{kind}") for kind in kinds),
            *((LEVELS[level], f"level:{level}") for level in levels),
        )
    )


def scope_of_bodies(chosen: Sequence[str]) -> dict[str, object]:
    """Return kinds and levels as a scope has them."""
    kinds = tuple(one.removeprefix("kind:") for one in chosen if one.startswith("kind:"))
    levels = tuple(one.removeprefix("level:") for one in chosen if one.startswith("level:"))
    if unknown := [one for one in chosen if not one.startswith(("kind:", "level:"))]:
        raise MisuseError(f"没有 {unknown[0]!r} 这类机关。请从列表里选。")
    if strange := [level for level in levels if level not in LEVELS]:
        raise MisuseError(f"没有 {strange[0]!r} 这一级机关。请从列表里选。")
    if kinds and levels:
        names = "、".join(LEVELS[level] for level in levels)
        raise MisuseError(f"镇、乡、街道等类型不能和“{names}”一起选。请只留一种。")
    return {"kinds": kinds, "levels": ("township",) if kinds else levels}


def limit_of(typed: str) -> int | None:
    """Return how many are listed, None for all."""
    text = squeeze(typed)
    if not text:
        return None
    if not (text.isdecimal() and len(text) <= 6 and 1 <= int(text) <= _MOST_ROWS):
        raise MisuseError(f"{typed!r} 不是名次数。请填 1 到 {_MOST_ROWS} 的整数；不填就全部列出。")
    return int(text)


class _Held(NamedTuple):
    """What a snapshot of the library holds."""

    years: tuple[str, ...]
    kinds: tuple[str, ...]
    levels: tuple[Level, ...]
    places: dict[str, Place]


_FIELDS = ("province", "city", "county", "township")
_PLACES_SQL = """SELECT DISTINCT province, city, county, township, NULL AS agency FROM reports
  WHERE role = 'current' AND township IS NOT NULL
  UNION SELECT DISTINCT province, city, county, NULL, agency FROM reports
  WHERE role = 'current' AND township IS NULL AND agency IS NOT NULL
  UNION SELECT DISTINCT province, city, county, NULL, NULL FROM reports
  WHERE role = 'current' AND county IS NOT NULL
  ORDER BY ALL NULLS FIRST LIMIT 200000"""


def _held(library: LibraryView) -> _Held:
    """Return what a snapshot holds, asked once."""
    known = _known(library.snapshot)
    if not known:
        known.append(_read(library))
    return known[0]


@lru_cache(maxsize=4)
def _known(_: str) -> list[_Held]:
    return []


def _read(library: LibraryView) -> _Held:
    query = library.query
    current = "FROM reports WHERE role = 'current'"
    years = query(f"SELECT DISTINCT year {current} AND year IS NOT NULL ORDER BY year DESC")
    kinds = query(
        f"SELECT DISTINCT kind {current} AND kind IS NOT NULL AND level = 'township' ORDER BY 1"
    )
    levels = query(f"SELECT DISTINCT level {current} AND level <> 'unknown' ORDER BY 1")
    places = dict[str, Place]()
    for *fields, agency in query(_PLACES_SQL):
        place = Place(said="", agency=agency, **dict(zip(_FIELDS, fields, strict=True)))
        name = place_name(place)
        places.setdefault(name, place.model_copy(update={"said": name}))
    return _Held(
        tuple(str(year) for (year,) in years),
        tuple(kind for (kind,) in kinds),
        cast("tuple[Level, ...]", tuple(level for (level,) in levels)),
        places,
    )
