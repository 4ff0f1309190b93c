"""Settles roles and overlays of report groups inside a writer's database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from index.store.copies import Member, StoredCell, resolve_group
from index.store.database import Database, Row
from index.store.tables import FACT_CONFLICTS, OVERLAY
from index.store.twins import DOUBT, Group, depth_of, doubts, same_reports


class _Held(NamedTuple):
    """A report as the state has it: what decides its group and its role in it."""

    rid: int
    reported: int
    marked: bool
    content: frozenset[str]
    group_rid: int
    overlaid: bool
    group: Group


def settle_groups(database: Database, keys: Iterable[str]) -> None:
    """Bring roles, overlay, disputed facts and doubts up to date.

    `keys` name the groups touched and their families: the reports of one own name, level and year,
    which may be one report under two writings of its place.
    """
    touched = set(keys)
    families = _families(database, touched)
    clusters = [cluster for held in families for cluster in _clusters(held)]
    stale = [cluster for cluster in clusters if _is_stale(cluster, touched)]
    _settle(database, _with_partners(stale, clusters))
    _write_doubts(database, families)


def _settle(database: Database, groups: Sequence[Sequence[_Held]]) -> None:
    """Store roles, overlay and disputed facts of groups, whose old ones go."""
    several = [held.rid for members in groups if len(members) > 1 for held in members]
    cells, facts = _cells(database, several), _facts(database, several)
    roles: list[Row] = []
    overlay: list[Row] = []
    disputed: list[Row] = []
    for members in groups:
        outcome = resolve_group([_member(held, cells, facts) for held in members])
        roles += [(rid, role, outcome.current) for rid, role in outcome.roles.items()]
        overlay += [(o.rid, o.metric, *o.cell, o.source_rid) for o in outcome.overlay]
        disputed += outcome.fact_conflicts
    _write_roles(database, roles)
    touched = [rid for rid, _, _ in roles]
    for table, columns, rows in (
        ("overlay", OVERLAY, overlay),
        ("fact_conflicts", FACT_CONFLICTS, disputed),
    ):
        database.query(f"DELETE FROM {table} WHERE rid IN (SELECT unnest(?::INTEGER[]))", [touched])
        database.query(
            f"DELETE FROM {table} WHERE rid NOT IN (SELECT rid FROM reports WHERE role = 'current')"
        )
        database.insert(table, columns, rows)


def _member(
    held: _Held,
    cells: dict[int, dict[int, StoredCell]],
    facts: dict[int, dict[str, frozenset[Decimal]]],
) -> Member:
    depth = depth_of(held.group.places, held.group.code)
    return Member(
        held.rid,
        held.reported,
        held.marked,
        cells[held.rid],
        facts[held.rid],
        depth,
        held.content,
    )


def _families(database: Database, keys: set[str]) -> list[list[_Held]]:
    """Return the reports of the families and groups `keys`, those of each family together."""
    found: dict[str, list[_Held]] = defaultdict(list)
    rows = database.query(
        """SELECT rid, reported, marked, content, group_rid,
          rid IN (SELECT rid FROM overlay UNION ALL SELECT rid FROM fact_conflicts),
          family, group_key, level, agency, report_id, province, city, county,
          code, candidates FROM reports
        WHERE replaced_by IS NULL AND (family IN (SELECT unnest($keys::VARCHAR[]))
          OR group_key IN (SELECT unnest($keys::VARCHAR[]))) ORDER BY rid""",
        {"keys": sorted(keys)},
    )
    for rid, reported, marked, content, group_rid, overlaid, *rest in rows:
        family, key, level, name, report_id, province, city, county, code, fitting = rest
        prints = frozenset(content or ())
        places = (province, city, county)
        fits = frozenset(fitting or ())
        group = Group(key, level, name or "", report_id, places, code, fits, prints)
        held = _Held(rid, reported, marked, prints, group_rid, overlaid, group)
        found[family or key].append(held)
    return list(found.values())


def _groups(family: Sequence[_Held]) -> list[Group]:
    """Return the groups of a family, each under the name of its first report."""
    found: dict[str, Group] = {}
    for held in family:
        first = found.setdefault(held.group.key, held.group)
        found[first.key] = first._replace(content=first.content | held.content)
    return list(found.values())


def _clusters(family: Sequence[_Held]) -> list[list[_Held]]:
    """Return the reports of a family, those of one report together."""
    members: dict[str, list[_Held]] = defaultdict(list)
    for held in family:
        members[held.group.key].append(held)
    return [
        [held for group in cluster for held in members[group.key]]
        for cluster in same_reports(_groups(family))
    ]


def _is_stale(cluster: Sequence[_Held], touched: set[str]) -> bool:
    """Tell whether a cluster was touched, or does not yet stand together in the state.

    One with an overlay may owe it to a report that has gone.
    """
    rids = {held.rid for held in cluster}
    current = {held.group_rid for held in cluster}
    together = len(current) == 1 and current <= rids
    return not together or any(h.overlaid or h.group.key in touched for h in cluster)


def _with_partners(
    stale: Sequence[Sequence[_Held]], clusters: Sequence[Sequence[_Held]]
) -> list[Sequence[_Held]]:
    """Return the stale clusters, and those whose overlay may come from reports that left them."""
    current = {held.group_rid for cluster in stale for held in cluster}
    return [c for c in clusters if any(held.group_rid in current for held in c)]


def _write_doubts(database: Database, families: Iterable[Sequence[_Held]]) -> None:
    """Give reports the warnings that they may be another's body; those of before go."""
    database.query(
        """UPDATE reports SET warnings = list_filter(
          warnings, lambda old: NOT starts_with(old, $opening))
        WHERE replaced_by IS NOT NULL AND len(list_filter(
          warnings, lambda old: starts_with(old, $opening))) > 0""",
        {"opening": DOUBT},
    )
    lines: list[Row] = []
    for family in families:
        said = doubts(same_reports(_groups(family)))
        lines += [(held.rid, said.get(held.group.key)) for held in family]
    database.query("CREATE OR REPLACE TABLE doubted (rid INT, line TEXT)")
    database.insert("doubted", (("rid", "INTEGER"), ("line", "VARCHAR")), lines)
    database.query(
        """UPDATE reports SET warnings = list_concat(
          list_filter(warnings, lambda old: NOT starts_with(old, $opening)),
          CASE WHEN d.line IS NULL THEN []::VARCHAR[] ELSE [d.line] END)
        FROM doubted d WHERE reports.rid = d.rid
          AND (d.line IS NOT NULL OR len(list_filter(
            warnings, lambda old: starts_with(old, $opening))) > 0)""",
        {"opening": DOUBT},
    )


def _cells(database: Database, rids: Sequence[int]) -> dict[int, dict[int, StoredCell]]:
    """Return the cells of reports, stored or staged, by metric number."""
    found: dict[int, dict[int, StoredCell]] = defaultdict(dict)
    if rids:
        wanted = "WHERE rid IN (SELECT unnest($rids::INTEGER[]))"
        columns = "rid, metric, status, value, raw, start, stop"
        for rid, metric, *cell in database.query(
            f"""SELECT {columns} FROM stored_cells {wanted}
            UNION ALL SELECT {columns} FROM staged_cells {wanted}""",
            {"rids": list(rids)},
        ):
            found[rid][metric] = StoredCell(*cell)
    return found


def _facts(database: Database, rids: Sequence[int]) -> dict[int, dict[str, frozenset[Decimal]]]:
    """Return the exact values that each report's prose gives for each fact name."""
    found: dict[int, dict[str, frozenset[Decimal]]] = defaultdict(dict)
    if rids:
        wanted = "WHERE bound = 'exact' AND rid IN (SELECT unnest($rids::INTEGER[]))"
        for rid, name, values in database.query(
            f"""SELECT rid, name, list(DISTINCT value) FROM (
              SELECT rid, name, value FROM stored_facts {wanted}
              UNION ALL SELECT rid, name, value FROM staged_facts {wanted}) GROUP BY rid, name""",
            {"rids": list(rids)},
        ):
            found[rid][name] = frozenset(values)
    return found


def _write_roles(database: Database, roles: Sequence[Row]) -> None:
    """Set role and group of reports; what a newer content of its path replaced is superseded."""
    database.query("CREATE OR REPLACE TABLE settled (rid INT, role TEXT, group_rid INT)")
    database.insert(
        "settled", (("rid", "INTEGER"), ("role", "VARCHAR"), ("group_rid", "INTEGER")), roles
    )
    database.query(
        """UPDATE reports SET role = s.role, group_rid = s.group_rid FROM settled s
        WHERE reports.rid = s.rid"""
    )
    database.query(
        """WITH RECURSIVE chain(rid, heir) AS (
          SELECT rid, replaced_by FROM reports WHERE replaced_by IS NOT NULL
          UNION ALL
          SELECT c.rid, r.replaced_by FROM chain c JOIN reports r ON r.rid = c.heir
          WHERE r.replaced_by IS NOT NULL),
        heirs AS (
          SELECT c.rid, h.group_rid FROM (SELECT rid, max(heir) AS heir FROM chain GROUP BY rid) c
          JOIN reports h ON h.rid = c.heir)
        UPDATE reports SET role = 'superseded', group_rid = heirs.group_rid FROM heirs
        WHERE reports.rid = heirs.rid"""
    )
