"""Which of several files of one report counts, what its copies fill in, where they disagree.

Pure: works on members handed in, knows no storage.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

Role = Literal["current", "copy", "superseded"]

# Statuses in which a file shows nothing, so that a copy's number may stand in. A printed 不适用 or
# 详见附件 is a statement: a number against it is a disagreement.
_LACKING = frozenset({"blank", "row_absent", "section_absent", "unreadable"})
_STATED = frozenset({"not_applicable", "text"})


class StoredCell(NamedTuple):
    """A cell as stored, without its place in the catalogue."""

    status: str
    value: Decimal | None
    raw: str
    start: int | None
    stop: int | None


class Member(NamedTuple):
    """One file of a group: what decides its role and what it prints."""

    rid: int
    reported: int
    marked: bool
    cells: dict[int, StoredCell]
    facts: dict[str, frozenset[Decimal]]
    depth: int = 0  # how full its identity is
    content: frozenset[str] = frozenset()


class Overlay(NamedTuple):
    """A cell of the current report that its copies change; `source_rid` is where it stands."""

    rid: int
    metric: int
    cell: StoredCell
    source_rid: int


class Resolution(NamedTuple):
    """The outcome for one group: each member's role, changed cells, facts that disagree."""

    current: int
    roles: dict[int, Role]
    overlay: list[Overlay]
    fact_conflicts: list[tuple[int, str]]


def resolve_group(members: Sequence[Member]) -> Resolution:
    """Settle a group: a correction supersedes; else the most complete counts, then the first.

    Before all that, the fuller identity counts.
    """
    active = _active(members)
    current = max(active, key=lambda member: (member.depth, member.reported, -member.rid))
    roles: dict[int, Role] = {member.rid: "superseded" for member in members}
    roles |= {member.rid: "copy" for member in active}
    roles[current.rid] = "current"
    copies = sorted((m for m in active if m is not current), key=lambda member: member.rid)
    return Resolution(
        current.rid,
        roles,
        list(_overlay(current, copies)) if copies else [],
        [(current.rid, name) for name in _disputed_facts(current, copies)],
    )


def _active(members: Sequence[Member]) -> list[Member]:
    """Return the corrections, and what prints the same under a fuller identity; else all."""
    marked = [member for member in members if member.marked]
    if not marked:
        return list(members)
    depth = max(member.depth for member in marked)
    printed = frozenset().union(*(member.content for member in marked))
    return [m for m in members if m.marked or (m.depth > depth and m.content & printed)]


def _overlay(current: Member, copies: Sequence[Member]) -> Iterable[Overlay]:
    """Yield the cells that copies fill in or dispute."""
    for metric, own in current.cells.items():
        others = [(copy.rid, copy.cells[metric]) for copy in copies if metric in copy.cells]
        shown = [own, *(cell for _, cell in others)]
        values = {cell.value for cell in shown if cell.status == "reported"}
        stated = any(cell.status in _STATED for cell in shown)
        if len(values) > 1 or (values and stated):
            yield Overlay(
                current.rid, metric, own._replace(status="conflict", value=None), current.rid
            )
        elif values and own.status in _LACKING:
            source, cell = next(pair for pair in others if pair[1].status == "reported")
            yield Overlay(current.rid, metric, cell, source)


def _disputed_facts(current: Member, copies: Sequence[Member]) -> list[str]:
    """Return the prose numbers for which some copy gives other values."""
    return [
        name
        for name, values in current.facts.items()
        if any(name in copy.facts and copy.facts[name] != values for copy in copies)
    ]
