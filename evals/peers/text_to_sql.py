"""Text-to-SQL: the model sees one plain table of cells and writes a SELECT; its rows are taken.

The table holds what our reader read of each sample report that counts, so that only the writing of
the query is compared. It runs in a database of its own that can read nothing else.
"""

import datetime
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.model_reply import ContextError, UnusableReplyError
from evals.cases.gold import body_name
from evals.cases.run import open_samples
from evals.peers.question import Asked, QuestionPeer, Said, question_result
from evals.suite.run import CaseResult
from evals.tasks.table_text import number_of
from evals.tasks.task import Case, Setting
from index.catalogue import load_metrics

if TYPE_CHECKING:
    from index.store.database import Sandbox

PROMPT = "peer_sql"
TABLE = "cells"
COLUMNS = (
    ("agency", "VARCHAR"), ("kind", "VARCHAR"), ("province", "VARCHAR"), ("city", "VARCHAR"),
    ("county", "VARCHAR"), ("township", "VARCHAR"), ("year", "INTEGER"), ("section", "VARCHAR"),
    ("row_label", "VARCHAR"), ("column_label", "VARCHAR"), ("value", "DECIMAL(18,6)"),
    ("status", "VARCHAR"),
)  # fmt: skip
_ALL_CELLS = """
    SELECT r.agency, r.kind, r.province, r.city, r.county, r.township, r.year, m.section,
           m."row", m."column", c.value, c.status
    FROM cells c JOIN reports r USING (rid) JOIN metrics m ON m.number = c.metric
    ORDER BY r.rid, m.number
"""
_MOST = 512
_ITEMS = 60  # rows of a result that are taken
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"sql": {"type": "string"}},
    "required": ["sql"],
    "additionalProperties": False,
}


class TextToSql(QuestionPeer):
    """The task `peer.sql`."""

    title = "模型写 SQL 回答问题"
    prompts = (PROMPT,)

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return what the rows of the model's statement are worth."""
        assert setting.model is not None
        asked: Asked = case.given
        messages = setting.prompts[PROMPT].fill(
            table=described(), labels=_labels(), question=asked.question
        )
        try:
            reply = setting.model.ask(messages, _SCHEMA, _MOST)
        except (UnusableReplyError, ContextError) as error:
            return question_result(case, Said(reason=str(error)))
        return question_result(case, run_statement(self._sandbox, str((reply.data or {})["sql"])))

    @cached_property
    def _sandbox(self) -> "Sandbox":
        """Return the samples' cells as one table that can only be read."""
        with tempfile.TemporaryDirectory() as folder:
            rows = open_samples(Path(folder)).query(_ALL_CELLS)
            return cell_table([(_whole_name(row), *row[1:]) for row in rows])


def _whole_name(row: Sequence[Any]) -> str:
    """Return the name of a row's body with all places it lies in."""
    agency, _, province, city, county, township = row[:6]
    return body_name(
        {"agency": agency, "province": province, "city": city, "county": county,
         "township": township}
    )  # fmt: skip


def cell_table(rows: Sequence[tuple[Any, ...]]) -> "Sandbox":
    """Return a locked database with these rows as its only table."""
    from index.store.database import Sandbox

    sandbox = Sandbox()
    sandbox.query(described())
    sandbox.insert(TABLE, COLUMNS, rows)
    sandbox.lock()
    return sandbox


def described() -> str:
    """Return the statement that makes the table, which is what the model is told of it."""
    return f"CREATE TABLE {TABLE} ({', '.join(f'{name} {kind}' for name, kind in COLUMNS)})"


def run_statement(sandbox: "Sandbox", sql: str) -> Said:
    """Return the answer that a statement's rows are; one cell with a number is a number."""
    from index.store.database import DatabaseError

    try:
        names, rows = sandbox.foreign(sql)
    except DatabaseError as error:
        return Said(shown=sql, reason=str(error))
    if len(rows) == 1 and len(rows[0]) == 1 and not isinstance(rows[0][0], str):
        return Said(value=number_of(rows[0][0]), shown=sql)
    year = next((i for i, name in enumerate(names) if name.lower() == "year"), None)
    items = tuple(_item(row, year) for row in rows[:_ITEMS])
    value = _only_number(names, rows[0]) if len(rows) == 1 else None
    return Said(tuple(item for item in items if item[0]), value, shown=sql)


def _item(row: Sequence[Any], year: int | None) -> tuple[str, int | None]:
    """Return the longest text of a row, which names the body most fully, and its year."""
    name = max((cell for cell in row if isinstance(cell, str)), key=len, default="")
    said = row[year] if year is not None else None
    return name, said if isinstance(said, int) else None


def _only_number(names: Sequence[str], row: Sequence[Any]) -> Decimal | None:
    """Return the number of a row that has one beside its year."""
    numbers = [
        number_of(cell) for name, cell in zip(names, row, strict=True)
        if name.lower() != "year" and not isinstance(cell, str | bool | datetime.date)
    ]  # fmt: skip
    return numbers[0] if len(numbers) == 1 else None


def _labels() -> str:
    """Return the labels that the table holds, by section: rows, then columns."""
    sections: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for metric in load_metrics().values():
        rows, columns = sections.setdefault(metric.section, ({}, {}))
        rows[metric.row], columns[metric.column] = None, None
    return "\n".join(
        f"section='{section}' row_label：{'；'.join(rows)}\n"
        f"section='{section}' column_label：{'；'.join(columns)}"
        for section, (rows, columns) in sections.items()
    )
