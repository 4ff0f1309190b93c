"""Settles roles and overlays of report groups inside a writer's database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from index.store.copies import Member, StoredCell, resolve_group
from index.store.database import Database, Row
from index.store.tables import FACT_CONFLICTS, OVERLAY


def settle_groups(database: Database, keys: Iterable[str]) -> None:
    """Bring roles, overlay and disputed facts of the groups `keys` up to date."""
    groups = _groups(database, keys)
    several = [rid for members in groups.values() if len(members) > 1 for rid, _, _ in members]
    cells, facts = _cells(database, several), _facts(database, several)
    roles: list[Row] = []
    overlay: list[Row] = []
    disputed: list[Row] = []
    for members in groups.values():
        outcome = resolve_group(
            [Member(rid, n, marked, cells[rid], facts[rid]) for rid, n, marked in members]
        )
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


def _groups(database: Database, keys: Iterable[str]) -> dict[str, list[tuple[int, int, bool]]]:
    """Return (rid, cells with a value, calls itself a correction) of each group's members."""
    groups: dict[str, list[tuple[int, int, bool]]] = defaultdict(list)
    rows = database.query(
        """SELECT group_key, rid, reported, marked FROM reports
        WHERE replaced_by IS NULL AND group_key IN (SELECT unnest(?::VARCHAR[])) ORDER BY rid""",
        [sorted(keys)],
    )
    for key, rid, reported, marked in rows:
        groups[key].append((rid, reported, marked))
    return groups


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
