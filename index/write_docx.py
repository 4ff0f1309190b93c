"""Writes a Word document of headed tables; with load_docx the only importer of python-docx."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

Block = tuple[str, Sequence[Sequence[Any]]]


def write_docx(path: Path, title: str, blocks: Sequence[Block], notes: Sequence[str]) -> None:
    """Write the title, each block as a heading with its table, then the notes."""
    import docx

    document = docx.Document()
    document.add_heading(title, level=0)
    for heading, rows in blocks:
        document.add_heading(heading, level=1)
        width = max((len(row) for row in rows), default=1)
        table = document.add_table(rows=0, cols=width)
        table.style = "Table Grid"
        for row in rows:
            cells = table.add_row().cells
            for cell, value in zip(cells, row, strict=False):
                cell.text = "" if value is None else str(value)
    for note in notes:
        document.add_paragraph(note)
    document.save(str(path))
