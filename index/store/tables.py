"""The tables of the library: their columns, and the views that SQL sees; holds no logic."""

from collections.abc import Set

Columns = tuple[tuple[str, str], ...]

REPORTS: Columns = (
    ("rid", "INTEGER"),
    ("report_id", "VARCHAR"),
    ("path", "VARCHAR"),
    ("sha256", "VARCHAR"),
    ("format", "VARCHAR"),
    ("title", "VARCHAR"),
    ("agency", "VARCHAR"),
    ("level", "VARCHAR"),
    ("kind", "VARCHAR"),
    ("province", "VARCHAR"),
    ("city", "VARCHAR"),
    ("county", "VARCHAR"),
    ("township", "VARCHAR"),
    ("code", "VARCHAR"),
    ("candidates", "VARCHAR[]"),
    ("year", "INTEGER"),
    ("form", "VARCHAR"),
    ("role", "VARCHAR"),
    ("body_key", "VARCHAR"),
    ("group_rid", "INTEGER"),
    ("warnings", "VARCHAR[]"),
    # Below: what the library itself needs.
    ("group_key", "VARCHAR"),  # reports with one key are copies of one report
    ("reported", "INTEGER"),  # cells with a value
    ("failed", "INTEGER"),  # checks that failed
    ("marked", "BOOLEAN"),  # calls itself a correction
    ("replaced_by", "INTEGER"),  # the rid that took over its path
    ("reader", "VARCHAR"),  # the READER_VERSION that read it
    ("added_at", "VARCHAR"),
    ("family", "VARCHAR"),  # level, own name without its places, and year
    ("content", "VARCHAR[]"),  # hashes of what is printed: one in common means the same
)
CELLS: Columns = (
    ("rid", "INTEGER"),
    ("metric", "SMALLINT"),
    ("status", "VARCHAR"),
    ("value", "DECIMAL(38,10)"),
    ("raw", "VARCHAR"),
    ("start", "INTEGER"),
    ("stop", "INTEGER"),
)
OVERLAY: Columns = (*CELLS, ("source_rid", "INTEGER"))
FACTS: Columns = (
    ("rid", "INTEGER"),
    ("name", "VARCHAR"),
    ("value", "DECIMAL(38,10)"),
    ("unit", "VARCHAR"),
    ("bound", "VARCHAR"),
    ("quote", "VARCHAR"),
    ("start", "INTEGER"),
    ("stop", "INTEGER"),
)
CHECKS: Columns = (
    ("rid", "INTEGER"),
    ("rule", "VARCHAR"),
    ("status", "VARCHAR"),
    ("message", "VARCHAR"),
    ("metrics", "VARCHAR[]"),
)
SECTIONS: Columns = (
    ("rid", "INTEGER"),
    ("name", "VARCHAR"),
    ("start", "INTEGER"),
    ("stop", "INTEGER"),
)
TEXTS: Columns = (("rid", "INTEGER"), ("text", "VARCHAR"))
PASSAGES: Columns = (
    ("rid", "INTEGER"),
    ("ordinal", "INTEGER"),  # its place among the passages of its report
    ("section", "VARCHAR"),
    ("heading", "VARCHAR"),
    ("start", "INTEGER"),
    ("stop", "INTEGER"),
    ("group", "VARCHAR"),
)
DEAD: Columns = (("rid", "INTEGER"),)
METRICS: Columns = (
    ("number", "SMALLINT"),
    ("id", "VARCHAR"),
    ("section", "VARCHAR"),
    ("row", "VARCHAR"),
    ("column", "VARCHAR"),
    ("unit", "VARCHAR"),
)
FACT_CONFLICTS: Columns = (("rid", "INTEGER"), ("name", "VARCHAR"))

# What a segment holds: the order of its rows and the rows to a group of its parquet file.
SEGMENT: dict[str, tuple[Columns, str, int]] = {
    "cells": (CELLS, "metric, rid", 61_440),  # one statutory cell of all reports lies together
    "facts": (FACTS, "name, rid", 122_880),
    "checks": (CHECKS, "rid", 20_480),
    "sections": (SECTIONS, "rid", 20_480),
    "texts": (TEXTS, "rid", 2_048),  # small groups: one text is read without the others
    "passages": (PASSAGES, "rid, ordinal", 20_480),
}
# What a state holds: it is loaded whole when the library is opened.
STATE: dict[str, Columns] = {
    "reports": REPORTS,
    "overlay": OVERLAY,
    "dead": DEAD,
    "fact_conflicts": FACT_CONFLICTS,
}

HIDDEN = """CREATE TABLE hidden AS
    SELECT rid FROM dead UNION SELECT rid FROM reports WHERE role <> 'current'"""


def views(filled: Set[str], *, resident: bool) -> tuple[str, ...]:
    """Return the statements that make the views over the stored tables.

    `filled` names the tables of state that hold rows: a view leaves out what an empty one could
    only confirm, for every clause costs each statement its planning. `resident` keeps the failed
    checks, which every answer asks for, in memory.
    """

    def without(table: str, alias: str, also: str = "") -> str:
        if table not in filled:
            return "true"
        return f"NOT EXISTS (SELECT 1 FROM {table} x WHERE x.rid = {alias}.rid{also})"

    overlaid = without("overlay", "c", " AND x.metric = c.metric")
    known = "false"
    if "fact_conflicts" in filled:
        known = "EXISTS (SELECT 1 FROM fact_conflicts k WHERE k.rid = f.rid AND k.name = f.name)"
    failed = "SELECT * FROM checks WHERE status = 'fail'"
    return (
        f"""CREATE VIEW all_cells AS SELECT c.*, c.rid AS source_rid FROM stored_cells c
        WHERE {without("dead", "c")}""",
        f"""CREATE VIEW cells AS SELECT c.*, c.rid AS source_rid FROM stored_cells c
        WHERE {without("hidden", "c")} AND {overlaid}
        {"UNION ALL SELECT * FROM overlay" if "overlay" in filled else ""}""",
        f"""CREATE VIEW facts AS SELECT f.*, {known} AS conflict FROM stored_facts f
        WHERE {without("hidden", "f")}""",
        *(
            f"""CREATE VIEW {view} AS SELECT t.* FROM stored_{stored} t
            WHERE {without("dead", "t")}"""
            for view, stored in (
                ("all_facts", "facts"),
                ("checks", "checks"),
                ("sections", "sections"),
                ("texts", "texts"),
                ("passages", "passages"),
            )
        ),
        f"CREATE {'TABLE' if resident else 'VIEW'} failed_checks AS {failed}",
    )


def create_table(name: str, columns: Columns) -> str:
    """Return the statement that makes an empty table."""
    listed = ", ".join(f'"{column}" {kind}' for column, kind in columns)
    return f"CREATE TABLE {name} ({listed})"
