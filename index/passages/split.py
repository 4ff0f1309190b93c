"""A report to its passages: spans of prose along sections and paragraphs, pure and picklable."""

from index.model import Document, Identity, Passage, Reading
from index.normalise import normalise
from index.passages.group import group_key
from index.passages.packing import Span, pack
from index.passages.stretches import divide
from index.reading.labels import standard_terms

# Raise it whenever passages can come out otherwise: search indexes are then built anew.
SPLITTER_VERSION = "1"

_LONGEST_HEADING = 60


def split_passages(document: Document, reading: Reading, identity: Identity) -> tuple[Passage, ...]:
    """Return the passages of a report in order: at most 400 characters, no overlap, no table row.

    Left out of the body: tables, the title, the lines of section headings, page numbers and rules.
    """
    plain = normalise(document.text)
    spans = pack(plain, divide(document, standard_terms(plain), reading, identity))
    return tuple(
        Passage(
            reading.sections[span.section].name if span.section >= 0 else "",
            _heading_text(document.text, span),
            span.start,
            span.end,
            group_key(plain[span.start : span.end], identity.agency),
        )
        for span in spans
    )


def _heading_text(text: str, span: Span) -> str:
    """Return the sub-heading as printed, without the marks around it; "" without one."""
    if span.heading is None:
        return ""
    printed = " ".join(text[span.heading[0] : span.heading[1]].split())
    return printed.strip("#*| 。：:；;，,")[:_LONGEST_HEADING]
