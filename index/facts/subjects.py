"""Whose count a sentence states: `of_another_body`, by the body named before the verb."""

from typing import NamedTuple

from index.facts.fact_table import load_fact_table
from index.model import Identity
from index.normalise import normalise
from index.reading.labels import standard_terms

_PLACE_ENDS = "省市县区州旗盟"
_AND = "、和与及"


class Body(NamedTuple):
    """The body that filed: its names without 政府 and the like, and 县, 市 … when a seat filed."""

    names: tuple[str, ...] = ()
    seat: str = ""


def body_of(identity: Identity) -> Body:
    """Return the names by which a report may speak of its own body; none when it is not known."""
    agency = identity.agency
    seats = {"county": agency.county, "city": agency.city, "province": agency.province}
    seat = seats.get(agency.level) or ""
    place = agency.township if agency.level == "township" else seat
    names = {_core(standard_terms(normalise(name))) for name in (agency.name, place) if name}
    return Body(tuple(sorted(names - {""})), seat[-1:])


def of_another_body(said: str, body: Body) -> bool:
    """Say whether the last body named as a subject in `said` is not the one that filed.

    我镇 and the like speak for the report; a name that may be any body's is a doubt.
    """
    vetoes = load_fact_table().vetoes
    subjects = list(vetoes["subject"].finditer(said))
    if not subjects or _is_own(subjects[-1]["name"], body):
        return False
    return vetoes["ours"].search(said, subjects[-1].end("name")) is None


def _core(name: str) -> str:
    """Return a name without what may be left out of it: 甲镇 for 甲镇人民政府."""
    return load_fact_table().vetoes["office"].sub("", name)


def _is_own(name: str, body: Body) -> bool:
    """Say whether a subject is 我镇, the filing body, or the last words of its name (镇政府)."""
    vetoes = load_fact_table().vetoes
    core = _core(vetoes["heading"].sub("", name))
    if vetoes["ours"].search(core) or core[:1] in ("我", "本"):
        return not any(character in core for character in _AND)
    if any(own.endswith(core) for own in body.names) or not core:
        return True
    fronts = [core.removesuffix(own) for own in body.names if core.endswith(own)]
    return any(front[-1:] in _PLACE_ENDS for front in fronts)
