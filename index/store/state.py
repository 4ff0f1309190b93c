"""A library's state in a database: loaded from the live parts, written as a new part."""

from collections.abc import Iterable
from pathlib import Path

from index.store.database import Database, VanishedError, parquet_source
from index.store.manifest import Manifest, Part, read_manifest, seal_part
from index.store.tables import SEGMENT, STATE, create_table

_ATTEMPTS = 3


def open_state(folder: Path, database: Database, *, resident: bool = True) -> tuple[Manifest, str]:
    """Load the live library at `folder` into an empty database; return its manifest and hash.

    `resident` keeps the reports in memory, for many questions; else each reads the file anew.
    A writer may switch while we read: then the newer manifest is read, a few times at most.
    """
    for attempt in range(_ATTEMPTS):
        manifest, snapshot = read_manifest(folder)
        try:
            _load(folder, manifest, database, resident)
        except VanishedError:
            if attempt + 1 == _ATTEMPTS or read_manifest(folder)[1] == snapshot:
                raise
        else:
            return manifest, snapshot
    raise AssertionError("unreachable")


def attach_segments(folder: Path, segments: Iterable[Part], database: Database) -> None:
    """Let the views `stored_*` read the parquet files of `segments`.

    A segment that was written before there was a table has no file of it, and so no rows.
    """
    parts = list(segments)
    for name, (columns, _, _) in SEGMENT.items():
        file = f"{name}.parquet"
        files = [folder / part.name / file for part in parts if file in part.files]
        if files:
            rows = f"SELECT * FROM {parquet_source(files)}"
        else:
            nulls = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in columns)
            rows = f"SELECT {nulls} WHERE false"
        database.query(f"CREATE OR REPLACE VIEW stored_{name} AS {rows}")


def write_state(folder: Path, name: str, database: Database) -> Part:
    """Write the state tables into the empty folder `name`, durably."""
    rows = {}
    for table in STATE:
        file = f"{table}.parquet"
        rows[file] = database.write_parquet(
            f"SELECT * FROM {table} ORDER BY rid", folder / name / file, 122_880
        )
    return seal_part(folder, name, rows)


def write_segment(folder: Path, name: str, sources: dict[str, str], database: Database) -> Part:
    """Write the rows of `sources` (table → SQL) into the empty folder `name`, sorted, durably."""
    rows = {}
    for table, (columns, order, group) in SEGMENT.items():
        file = f"{table}.parquet"
        chosen = ", ".join(f'"{column}"' for column, _ in columns)
        rows[file] = database.write_parquet(
            f"SELECT {chosen} FROM ({sources[table]}) ORDER BY {order}", folder / name / file, group
        )
    return seal_part(folder, name, rows)


def _load(folder: Path, manifest: Manifest, database: Database, resident: bool) -> None:
    """Create the state tables and the views over the segments."""
    for table, columns in STATE.items():
        source = ""
        if manifest.state:
            source = parquet_source([folder / manifest.state.name / f"{table}.parquet"])
        if source and table == "reports" and not resident:
            database.query(f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM {source}")
            continue
        database.query(f"DROP TABLE IF EXISTS {table}")
        database.query(create_table(table, columns))
        if source:
            database.query(f"INSERT INTO {table} BY NAME SELECT * FROM {source}")
    attach_segments(folder, manifest.segments, database)
