"""The tables of the library: their columns, and the views that SQL sees; holds no logic."""

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
}
# What a state holds: it is loaded whole when the library is opened.
STATE: dict[str, Columns] = {
    "reports": REPORTS,
    "overlay": OVERLAY,
    "dead": DEAD,
    "fact_conflicts": FACT_CONFLICTS,
}

VIEWS = (
    """CREATE TABLE hidden AS
    SELECT rid FROM dead UNION SELECT rid FROM reports WHERE role <> 'current'""",
    """CREATE VIEW all_cells AS SELECT c.*, c.rid AS source_rid FROM stored_cells c
    WHERE NOT EXISTS (SELECT 1 FROM dead d WHERE d.rid = c.rid)""",
    """CREATE VIEW cells AS SELECT c.*, c.rid AS source_rid FROM stored_cells c
    WHERE NOT EXISTS (SELECT 1 FROM hidden h WHERE h.rid = c.rid)
      AND NOT EXISTS (SELECT 1 FROM overlay o WHERE o.rid = c.rid AND o.metric = c.metric)
    UNION ALL SELECT * FROM overlay""",
    """CREATE VIEW facts AS SELECT f.*, EXISTS (
      SELECT 1 FROM fact_conflicts k WHERE k.rid = f.rid AND k.name = f.name) AS conflict
    FROM stored_facts f WHERE NOT EXISTS (SELECT 1 FROM hidden h WHERE h.rid = f.rid)""",
    """CREATE VIEW all_facts AS SELECT f.* FROM stored_facts f
    WHERE NOT EXISTS (SELECT 1 FROM dead d WHERE d.rid = f.rid)""",
    """CREATE VIEW checks AS SELECT c.* FROM stored_checks c
    WHERE NOT EXISTS (SELECT 1 FROM dead d WHERE d.rid = c.rid)""",
    """CREATE VIEW sections AS SELECT s.* FROM stored_sections s
    WHERE NOT EXISTS (SELECT 1 FROM dead d WHERE d.rid = s.rid)""",
    """CREATE VIEW texts AS SELECT t.* FROM stored_texts t
    WHERE NOT EXISTS (SELECT 1 FROM dead d WHERE d.rid = t.rid)""",
)


def create_table(name: str, columns: Columns) -> str:
    """Return the statement that makes an empty table."""
    listed = ", ".join(f'"{column}" {kind}' for column, kind in columns)
    return f"CREATE TABLE {name} ({listed})"
