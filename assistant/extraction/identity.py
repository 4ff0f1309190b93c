"""Fields that plainly ask who filed the report, for which year, under which title."""

from assistant.extraction.claims import Grounds, Verdict, refused, text_span
from assistant.extraction.evidence import find_string
from assistant.extraction.record import Span
from assistant.extraction.schema import Leaf
from assistant.extraction.wording import is_chinese, words_of
from index.normalise import squeeze

_KINDS = ("identity_year", "identity_agency", "identity_title")


def identity_verdict(leaf: Leaf, grounds: Grounds) -> Verdict | None:
    """Return the value of an identity field, None when the field is not plainly one."""
    if "*" in leaf.path or any(is_chinese(text) for text in leaf.words.around):
        return None
    said = {squeeze(t).lower().strip("。.") for t in leaf.words.own}
    chinese = {text for text in said if is_chinese(text)}
    kinds = {k for k in _KINDS if (chinese or said) & set(words_of(k))}
    fits = leaf.kind == "string" or (leaf.kind == "integer" and kinds == {"identity_year"})
    if len(kinds) != 1 or not fits:
        return None
    identity = grounds.report.identity
    wanted = {"identity_year": str(identity.year or ""), "identity_agency": identity.agency.name,
              "identity_title": identity.title}[kinds.pop()]  # fmt: skip
    span = _printed(wanted or "", grounds)
    if not wanted or span is None:
        return refused("报告没有写明，或不能确定", "not_found")
    value = int(wanted) if leaf.kind == "integer" else wanted
    return Verdict(value, "supported", "", (span,))


def _printed(wanted: str, grounds: Grounds) -> Span | None:
    """Return where the title, else the body, prints a text."""
    report = grounds.report
    for start, end in filter(None, (report.identity.title_span, report.document.body)):
        for found in find_string(grounds.plain, squeeze(wanted), start, end):
            return text_span(grounds, *found)
    return None
