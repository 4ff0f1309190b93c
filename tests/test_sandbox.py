"""Statements that a model wrote: they read the given table, and nothing else."""

import time
from pathlib import Path

import pytest

from index.store.database import DatabaseError, Sandbox


@pytest.fixture
def sandbox() -> Sandbox:
    made = Sandbox(seconds=0.5)
    made.query("CREATE TABLE cells (town VARCHAR, number INTEGER)")
    made.insert("cells", (("town", "VARCHAR"), ("number", "INTEGER")), [("甲", 1), ("乙", 2)])
    made.lock()
    return made


def test_a_select_gives_its_columns_and_rows(sandbox: Sandbox) -> None:
    names, rows = sandbox.foreign("WITH a AS (SELECT * FROM cells) SELECT town FROM a ORDER BY 1;")
    assert names == ("town",)
    assert sorted(rows) == [("乙",), ("甲",)]


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE cells",
        "SELECT 1; DELETE FROM cells",
        "INSERT INTO cells VALUES ('丙', 3)",
        "SET memory_limit = '9GB'",
        "COPY cells TO 'out.csv'",
        "ATTACH 'other.db'",
        "INSTALL httpfs",
        "",
        "SELEC",
    ],
)
def test_whatever_is_not_one_select_is_refused_and_changes_nothing(
    sandbox: Sandbox, sql: str
) -> None:
    with pytest.raises(DatabaseError):
        sandbox.foreign(sql)
    assert len(sandbox.foreign("FROM cells")[1]) == 2


def test_a_select_cannot_read_a_file(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    for sql in (
        f"SELECT * FROM read_csv('{secret}')",
        f"FROM '{secret}'",
        f"FROM glob('{secret}')",
    ):
        with pytest.raises(DatabaseError):
            sandbox.foreign(sql)


def test_a_select_without_end_is_stopped(sandbox: Sandbox) -> None:
    started = time.monotonic()
    with pytest.raises(DatabaseError, match=r"0\.5 秒"):
        sandbox.foreign("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")
    assert time.monotonic() - started < 5
    assert len(sandbox.foreign("FROM cells")[1]) == 2
