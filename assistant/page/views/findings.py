"""Findings of the consistency rules as HTML: counts that filter, findings with their cells."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from assistant.findings import VERDICTS, Count, Finding, Subject
from assistant.markup import Html, join, tag
from assistant.page.desks.corrections import label_of
from assistant.page.desks.findings import PAGE, Checked, Looked, Shown
from assistant.page.desks.source import file_name
from assistant.page.views.held import Source, opener
from assistant.page.views.parts import block, cell, table
from assistant.page.words import Words
from index.catalogue import load_metrics
from index.model import Cell

_AREAS, _MOST_AREAS, _CELLS = 8, 200, 24
_ROW, _COLUMN = 0, 1


def counts_view(looked: Looked, say: Words) -> Html:
    """Return the exact counts by rule and result, by year and by place; a click filters."""
    counts = looked.counts
    if not counts.reports:
        return block(tag("p", say("check.empty_library")))
    counted = say("check.counted", reports=counts.reports, findings=counts.findings,
                  touched=counts.touched)  # fmt: skip
    clear = tag("button", say("check.clear"), type="button", class_="link", data_do="clear")
    years = [_year(one, looked.shown, say) for one in counts.years]
    return block(
        tag("p", tag("strong", counted), " ", clear, role="status"),
        tag("h3", say("check.counts")),
        _matrix(looked, say),
        tag("p", tag("span", say("check.year"), class_="dim"), *years, class_="chips"),
        *_areas(looked, say),
    )


def findings_view(looked: Looked, say: Words) -> Html:
    """Return one page of the library's findings, by report or by rule."""
    if not looked.counts.findings:
        return block(tag("p", say("check.empty")) if looked.counts.reports else None)
    by_rule = looked.shown.by == "rule"
    groups = groupby(looked.findings, key=lambda f: f.rule if by_rule else f.subject)
    return block(
        _head(looked, say),
        *(_group(list(found), by_rule, say, held=False) for _, found in groups),
        _turns(looked, say),
    )


def files_view(checked: Sequence[Checked], say: Words, progress: str = "") -> Html:
    """Return the outcome of every rule in each dropped file, or why it was not read."""
    parts: list[Html] = [tag("p", progress, role="status")] if progress else []
    for one in checked:
        if one.reason:
            said = say("check.file.failed", name=one.name, reason=one.reason)
            parts.append(tag("p", said, class_="warn", role="alert"))
            continue
        n = Counter(finding.status for finding in one.findings)
        counted = say("check.file.checked", name=one.name, fail=n["fail"], pass_=n["pass"],
                      uncertain=n["uncertain"], not_assessable=n["not_assessable"])  # fmt: skip
        parts.append(tag("p", tag("strong", counted)))
        parts += [] if one.opens else [tag("p", say("check.file.long"), class_="warn")]
        parts.append(rules_view(one.findings, say))
    return block(*parts)


def rules_view(findings: Sequence[Finding], say: Words) -> Html:
    """Return the findings of one dropped file, those that hold folded away."""
    order = sorted(findings, key=lambda f: VERDICTS.index(f.status))
    held = [_finding(f, say, True, False) for f in order if f.status == "pass"]
    other = [f for f in order if f.status != "pass"]
    shown = _group(other, False, say, held=True) if other else None
    unfold = tag("summary", say("check.file.passed", n=len(held)))
    return join(shown, tag("details", unfold, *held) if held else None)


def _matrix(looked: Looked, say: Words) -> Html:
    """Return the table of rules by results."""
    shown, found = looked.shown.wanted, looked.counts.rules
    rules = sorted({rule for rule, _ in found} | ({shown.rule} - {""}))
    titles = [say("check.rule"), *(say(f"check.status.{s}") for s in VERDICTS)]

    def count(rule: str, status: str) -> Html:
        n = sum(k for (r, s), k in found.items() if s == status and rule in ("", r))
        now = (shown.rule, shown.status) == (rule, status)
        button = _filter(str(n), now, data_rule=rule, data_status=status)
        return cell(button, n)

    def row(rule: str) -> list[Html]:
        words = say.get(f"check.rule.{rule}") if rule else say("check.all_rules")
        now = (shown.rule, shown.status) == (rule, None)
        name = _filter(rule or words, now, data_rule=rule, data_status="")
        said = tag("span", words, class_="dim") if rule else None
        return [cell(join(name, " ", said)), *(count(rule, s) for s in VERDICTS)]

    return table(titles, [row(rule) for rule in (*rules, "")], say("check.counts"), say)


def _year(one: Count, shown: Shown, say: Words) -> Html:
    now = shown.wanted.year == int(one.value)
    said = one.value if one.value != "0" else say("check.year.none")
    return _filter(f"{said}（{one.findings}）", now, data_year="" if now else one.value)


def _areas(looked: Looked, say: Words) -> Iterator[Html]:
    """Yield the places with the most findings, the others to unfold."""
    areas = looked.counts.areas
    first, more = areas[:_AREAS], areas[_AREAS:_MOST_AREAS]
    listed = [_area(one, looked.shown, say) for one in first]
    title = say("check.area.shown", n=len(listed), m=len(areas))
    yield tag("p", tag("span", title, class_="dim"), *listed, class_="chips")
    if more:
        rest = [_area(one, looked.shown, say) for one in more]
        left = len(areas) - len(first) - len(more)
        told = tag("p", say("check.area.more", n=left), class_="dim") if left else None
        unfold = tag("summary", say("check.area.unfold", n=len(more)))
        yield tag("details", unfold, tag("p", *rest, class_="chips"), told)


def _area(one: Count, shown: Shown, say: Words) -> Html:
    now = shown.wanted.area == one.value
    names = [part for part in one.value.split("/") if part]
    said = "".join(dict.fromkeys(names)) or say("check.area.none")
    return _filter(f"{said}（{one.findings}）", now, data_area="" if now else one.value)


def _filter(said: str, now: bool, **data: str) -> Html:
    return tag("button", said, type="button", class_="link", data_do="filter",
               aria_pressed="true" if now else "false", **data)  # fmt: skip


def _head(looked: Looked, say: Words) -> Html:
    """Return what is shown of how much, and the choice of grouping."""
    first = looked.shown.first
    said = say("check.shown", first=first + 1, last=first + len(looked.findings),
               all=looked.counts.findings)  # fmt: skip
    choices = [
        tag("button", say(f"check.by.{by}"), type="button", class_="link", data_do="group",
            data_by=by, aria_pressed="true" if looked.shown.by == by else "false")
        for by in ("report", "rule")
    ]  # fmt: skip
    grouped = tag("span", say("check.by"), class_="dim")
    return tag("p", tag("strong", said), grouped, *choices, class_="chips")


def _turns(looked: Looked, say: Words) -> Html | None:
    """Return the buttons to the pages before and behind."""
    first, all_ = looked.shown.first, looked.counts.findings
    pages = [("check.previous", first - PAGE)] if first else []
    pages += [("check.next", first + PAGE)] if first + PAGE < all_ else []
    buttons = [
        tag("button", say(key), type="button", class_="plain", data_do="page", data_first=at)
        for key, at in pages
    ]
    return tag("p", *buttons, class_="chips") if buttons else None


def _group(found: Sequence[Finding], by_rule: bool, say: Words, *, held: bool) -> Html:
    """Return findings of one report, or of one rule, under its name."""
    if by_rule:
        title = f"{found[0].rule}　{say.get(f'check.rule.{found[0].rule}')}"
        return tag("section", tag("h3", title), *(_finding(f, say, held, True) for f in found),
                   class_="findings")  # fmt: skip
    subject = found[0].subject
    head = tag("h3", _named(subject, say), " ", _open(found, held, say))
    return tag(
        "section", head, _where(subject), *(_finding(f, say, held, False) for f in found),
        class_="findings",
    )  # fmt: skip


def _finding(finding: Finding, say: Words, held: bool, by_rule: bool) -> Html:
    """Return one finding: the rule or the report, the result, what does not hold, the cells."""
    source = Source(finding.subject.id, held)
    if by_rule:
        name = join(_named(finding.subject, say), " ", _open([finding], held, say))
        words = None
    else:
        name = join(finding.rule)
        words = tag("p", say.get(f"check.rule.{finding.rule}"), class_="dim")
    status = tag("span", say(f"check.status.{finding.status}"), class_=f"status {finding.status}")
    message = tag("p", finding.message) if finding.message else None
    return tag(
        "article", tag("h4", name, " ", status), words, message,
        *_cells(finding.cells, source, say), class_="finding",
    )  # fmt: skip


def _cells(cells: Sequence[Cell], source: Source, say: Words) -> Iterator[Html]:
    """Yield the cells of a finding: those with a place as buttons, the others counted and named."""
    placed = [c for c in cells if c.start is not None and c.end is not None]
    spans = _spans(cells)
    if len(placed) > 1:
        all_ = opener(say("check.all_cells", n=len(placed)), source, spans, class_="plain")
        yield tag("p", all_)
    yield from _lines(placed[:_CELLS], source, say)
    if len(placed) > _CELLS:
        unfold = tag("summary", say("check.finding.more", n=len(placed) - _CELLS))
        yield tag("details", unfold, *_lines(placed[_CELLS:], source, say))
    absent = [c for c in cells if c.start is None or c.end is None]
    if absent:
        yield _absent(absent, say)


def _lines(cells: Sequence[Cell], source: Source, say: Words) -> Iterator[Html]:
    """Yield the cells in lines that share a row of the form, or a column, whichever are fewer."""
    entries = [load_metrics()[c.metric] for c in cells]
    names = [(entry.row, entry.column) for entry in entries]
    by = _ROW if len({n[_ROW] for n in names}) <= len({n[_COLUMN] for n in names}) else _COLUMN
    lines: dict[str, list[Html]] = {}
    for one, name in zip(cells, names, strict=True):
        lines.setdefault(name[by], []).append(_cell(one, name[1 - by], source, say))
    for title, inside in lines.items():
        yield tag("p", tag("span", title, class_="line"), *inside, class_="chips")


def _cell(one: Cell, name: str, source: Source, say: Words) -> Html:
    """Return a cell: what it is called, and what is printed as a button to its place."""
    printed = one.raw if one.raw.strip() else say(f"check.cell.{one.status}")
    spans = [(one.start or 0, one.end or 0)]
    button = opener(
        printed, source, spans, class_="number", aria_label=f"{label_of(one)} {printed}"
    )
    return tag("span", tag("span", name), " ", button, class_="chip")


def _absent(cells: Iterable[Cell], say: Words) -> Html:
    listed = list(cells)
    kinds = Counter(c.status for c in listed)
    said = "、".join(f"{say(f'check.cell.{status}')} {n}" for status, n in kinds.items())
    title = say("check.finding.unplaced", n=len(listed), kinds=said)
    names = "；".join(label_of(c) for c in listed)
    return tag("details", tag("summary", title), tag("p", names, class_="dim"))


def _named(subject: Subject, say: Words) -> str:
    year = str(subject.year) if subject.year else say("check.report.unyeared")
    return f"{subject.agency or say('check.report.unnamed')} {year}"


def _open(found: Sequence[Finding], held: bool, say: Words) -> Html:
    """Return the button that opens a source at the cells of findings, a report where none is."""
    said, subject = say("check.open"), found[0].subject
    spans = list(dict.fromkeys(span for finding in found for span in _spans(finding.cells)))
    if not spans and not held:
        return tag("button", said, type="button", class_="link small", data_report=subject.id)
    return opener(said, Source(subject.id, held), spans or [(0, 0)], class_="link small")


def _spans(cells: Iterable[Cell]) -> list[tuple[int, int]]:
    """Return where the cells stand that have a place."""
    return [(c.start, c.end) for c in cells if c.start is not None and c.end is not None]


def _where(subject: Subject) -> Html:
    within = (subject.province, subject.city, subject.county)
    place = "".join(dict.fromkeys(filter(None, within)))
    said = "　".join(filter(None, (place, file_name(subject.path))))
    return tag("p", said, class_="dim")
