"""The view of a source: exact marks in the whole text, tables as tables, nothing that runs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from assistant.commands.records import list_records, report_record
from assistant.markup import visible
from assistant.page.desks.places import WINDOW, Span
from assistant.page.desks.source import Place, find_place
from assistant.page.views.layout import lay_out
from assistant.page.views.source import source_view
from assistant.page.words import words
from index.errors import MisuseError
from index.store.library import Library

REPORTS = Path(__file__).parents[1] / "evals" / "reports"
SAMPLES = (
    "大涌镇2022.html", "湘潭县石鼓镇2022.docx", "荻圩镇2023.txt", "莳坪镇2020.txt",
    "青栎镇2022_转载.txt", "葵川乡2020.txt", "涧池镇2021.md", "芦垡乡2021.txt",
)  # fmt: skip
SAY = words("zh")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    opened = Library.open(tmp_path_factory.mktemp("page") / "库")
    opened.add([REPORTS / name for name in SAMPLES])
    return opened


def place_in(text: str, *spans: tuple[int, int], first: int = 0, last: int | None = None) -> Place:
    asked = tuple(Span(*span) for span in spans)
    stop = len(text) if last is None else last
    return Place("ab", "标题", "某镇", 2022, "a.txt", "txt", text, asked, 0, first, stop, ())


def shown_text(view: str) -> html.HtmlElement:
    (body,) = html.fromstring(view).find_class("text")
    return body


_TEXT = st.text(st.sampled_from("0数 \t\t||\n\n<&\u202e\x00-"), min_size=1, max_size=120)


@given(_TEXT, st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), min_size=1, max_size=4))
def test_the_view_shows_the_text_itself_and_marks_just_what_was_asked(
    text: str, drawn: list[tuple[int, int]]
) -> None:
    spans = [(min(a, b, len(text)), min(max(a, b), len(text))) for a, b in drawn]
    body = shown_text(source_view(place_in(text, *spans), SAY))
    assert body.text_content() == visible(text)
    asked = {i for start, end in spans for i in range(start, end)}
    marked = "".join(mark.text_content() for mark in body.iter("mark"))
    assert marked == visible("".join(text[i] for i in sorted(asked)))
    focus = "".join(mark.text_content() for mark in body.find_class("focus"))
    assert focus == visible(text[slice(*spans[0])])
    blanks = {start for start, end in spans if start == end}
    assert len(body.find_class("blank")) == len(blanks)


@given(_TEXT, st.integers(0, 120), st.integers(0, 120))
def test_the_pieces_of_a_layout_are_the_stretch(text: str, first: int, last: int) -> None:
    pieces = [p for block in lay_out(text, first, min(last, len(text))) for p in block.pieces()]
    assert "".join(text[p.start : p.end] for p in pieces) == text[first : min(last, len(text))]


def test_every_reported_cell_of_every_sample_is_marked_exactly(library: Library) -> None:
    seen = 0
    for listed in list_records(library):
        record = report_record(library, listed["rid"])
        cells = [cell for cell in record["cells"] if cell["start"] is not None]
        for cell in cells[:: max(1, len(cells) // 12)]:
            where = {"start": str(cell["start"]), "end": str(cell["end"])}
            place = find_place(library, {"source": record["report_id"], **where})
            body = shown_text(source_view(place, SAY))
            assert "".join(m.text_content() for m in body.iter("mark")) == cell["raw"]
            assert bool(body.find_class("blank")) == (cell["raw"] == "")
            seen += 1
        spans = " ".join(f"{cell['start']}-{cell['end']}" for cell in cells)
        place = find_place(library, {"source": record["report_id"], "spans": spans})
        marks = [m.text_content() for m in shown_text(source_view(place, SAY)).iter("mark")]
        printed = sorted((c["start"], c["raw"]) for c in cells)
        assert [m for m in marks if m] == [raw for _, raw in printed if raw]
    assert seen > 60


@pytest.mark.parametrize("name", SAMPLES)
def test_tables_of_reports_are_laid_out_as_tables(library: Library, name: str) -> None:
    (record,) = [r for r in list_records(library) if Path(r["path"]).name == name]
    place = find_place(library, {"source": record["report_id"], "start": "0", "end": "1"})
    rows = [row for block in lay_out(place.text, 0, len(place.text)) for row in block.rows]
    said = [[place.text[f[0].start : f[-1].end].strip(" |\n\t") for f in row] for row in rows]
    if name == "青栎镇2022_转载.txt":
        assert not rows, "one field a line is no table"
    else:
        assert any(row[0].startswith("行政许可") and len(row) > 1 for row in said)


def test_a_mark_in_a_table_stands_in_its_own_cell() -> None:
    text = "规章\t1\t2\n许可\t30\t4\n处罚\t\t6\n"
    start = text.index("30")
    row = shown_text(source_view(place_in(text, (start, start + 2)), SAY)).xpath(".//tr[2]/td")
    assert [bool(cell.findall(".//mark")) for cell in row] == [False, True, False]
    blank = text.index("处罚\t") + 3
    row = shown_text(source_view(place_in(text, (blank, blank)), SAY)).xpath(".//tr[3]/td")
    assert [bool(cell.findall(".//mark")) for cell in row] == [False, True, False]


def test_a_mark_may_lie_across_cells() -> None:
    text = "甲\t1\t2\n乙\t3\t4\n"
    body = shown_text(source_view(place_in(text, (2, 9)), SAY))
    assert "".join(m.text_content() for m in body.iter("mark")) == text[2:9]


def test_hostile_text_is_only_text() -> None:
    text = "<script>alert(1)</script>\n</aside><img src=x onerror=alert(1)>\t\u202e\x00"
    place = place_in(text, (0, len(text)))._replace(title=text, agency=text, file=text)
    tree = html.fromstring(source_view(place, SAY))
    assert not tree.xpath("//script | //img | //@onerror")
    assert "\u202e" not in tree.text_content()


def test_a_huge_text_is_shown_around_the_mark_and_can_be_turned() -> None:
    text = "".join(f"第{n}行 文字文字\n" for n in range(900_000))
    at = text.index("第450000行")
    library = OneText(text)
    asked = {"source": "ab", "start": str(at), "end": str(at + 3)}
    place = find_place(library, asked)
    view = source_view(place, SAY)
    assert len(view) < 20 * WINDOW
    assert place.first > 0 and text[place.first - 1] == "\n"
    assert str(place.first) in view and str(len(text) - place.last) in view
    turned = find_place(library, asked | {"from": str(place.last)})
    assert turned.first == place.last
    assert "<mark" not in source_view(turned, SAY)
    assert SAY("source.back") in source_view(turned, SAY)
    before = find_place(library, asked | {"until": str(place.first)})
    assert before.first < before.last == place.first


class OneText(Library):
    """A library of one text, without a folder."""

    def __init__(self, text: str) -> None:
        self._text = text

    def query(self, sql: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        """Return the one report, or no section."""
        return [] if "sections" in sql else [(0, "标题", "某镇", 2022, "/a/b.txt", "txt")]

    def text(self, rid: int) -> str:
        """Return the text."""
        return self._text


def test_a_window_within_one_endless_line_still_moves() -> None:
    text = "数" * 200_000
    place = find_place(OneText(text), {"source": "ab", "start": "100000", "end": "100002"})
    assert place.first == 100_000 - WINDOW and place.last == 100_002 + WINDOW


@pytest.mark.parametrize(
    "asked",
    [
        {"start": "0", "end": "999999999"}, {"start": "-1", "end": "3"}, {"start": "5", "end": "2"},
        {"start": "２", "end": "３"}, {"start": "", "end": ""}, {"spans": "1-2 x"}, {},
    ],
)  # fmt: skip
def test_a_place_outside_the_text_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(MisuseError):
        find_place(OneText("短"), {"source": "ab", **asked})


def test_only_the_name_of_the_file_is_shown(library: Library) -> None:
    (record, *_) = list_records(library)
    place = find_place(library, {"source": record["report_id"], "start": "0", "end": "1"})
    assert str(REPORTS) not in source_view(place, SAY)
    assert Path(record["path"]).name in source_view(place, SAY)
    with pytest.raises(MisuseError):
        find_place(library, {"source": record["path"], "start": "0", "end": "1"})


def test_the_quote_names_its_source(library: Library) -> None:
    (record,) = [r for r in list_records(library) if r["path"].endswith("大涌镇2022.html")]
    start = library.text(record["rid"]).index("6181")
    asked = {"source": record["report_id"], "start": str(start), "end": str(start + 4)}
    tree = html.fromstring(source_view(find_place(library, asked), SAY))
    said = tree.get_element_by_id("source-quote").text_content()
    assert said.startswith("“6181”（中山市大涌镇 2022，大涌镇2022.html，第")
