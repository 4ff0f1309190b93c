"""The layouts by name."""

from evals.synthesis.layout_drawn import boxed_rows, comma_records
from evals.synthesis.layout_pdf import paged_tabs, write_pdf
from evals.synthesis.layouts import (
    Layout,
    Style,
    bar_rows,
    bars_for_tables,
    cell_lines,
    drifting_tabs,
    glued_rows,
    grid_rows,
    lone_bars,
    opened_bars,
    short_tabs,
    spaced_rows,
    tab_cells,
    text_layout,
    trailing_bars,
)

_TIGHT = Style(gap="\n")
_MARKDOWN = Style(gap="\n\n", mark="# ")
_ONE_LINE = Style(gap=" ", flat=True)

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        text_layout("blank_line_cells", cell_lines("\n")),
        text_layout("indented_cells", cell_lines("\n", before=" ")),
        text_layout("line_cells", cell_lines(""), style=_TIGHT),
        text_layout("tab_cells", tab_cells, "shown"),
        text_layout("trailing_bars", trailing_bars, style=_TIGHT),
        text_layout("opened_bars", opened_bars, style=_TIGHT),
        text_layout("lone_bars", lone_bars, style=_TIGHT),
        text_layout("bar_rows_padded", bar_rows(), style=_TIGHT),
        text_layout("bar_rows_plain", bar_rows(pads=False), style=_TIGHT),
        text_layout("bar_rows_opened", bar_rows("| ", end=" | "), style=_TIGHT),
        text_layout("bar_rows_broken", bar_rows(end="\n|"), style=_TIGHT),
        text_layout("bar_rows_spread", bar_rows(bar="\n\n | \n\n", end="\n\n |"), style=_TIGHT),
        text_layout("bar_rows_endless", bar_rows(extra=400), style=_TIGHT),
        text_layout("bar_grid", grid_rows("| ", " | ", " |"), "shown", _TIGHT),
        text_layout("box_grid", boxed_rows, "shown", _TIGHT),
        text_layout("comma_records", comma_records, "shown", _TIGHT),
        text_layout("tab_grid", grid_rows("", "\t", ""), "shown"),
        text_layout("tab_drift", drifting_tabs, "unsure"),
        text_layout("tab_short", short_tabs, "shown", _TIGHT),
        text_layout("markdown_tabs", grid_rows("", "\t", ""), "shown", _MARKDOWN, ".md"),
        text_layout("markdown_drift", drifting_tabs, "unsure", _MARKDOWN, ".md"),
        text_layout(
            "markdown_table", grid_rows("| ", " | ", " |", ruler=True), "shown", _MARKDOWN, ".md"
        ),
        Layout("pdf_text", ".txt", "hidden", write_pdf),
        text_layout("spaced_rows", spaced_rows("\n"), style=_TIGHT),
        text_layout("spaced_tables", spaced_rows(""), style=_TIGHT),
        text_layout("glued_rows", glued_rows, style=_TIGHT),
        text_layout("tab_paged", paged_tabs, "unsure"),
        text_layout("run_together", spaced_rows(""), style=_ONE_LINE),
        text_layout("distinct_lines", cell_lines(""), style=_TIGHT, distinct=True),
        text_layout("tables_dropped", None, style=_TIGHT),
        text_layout("tables_as_bars", bars_for_tables, style=_TIGHT),
        Layout("html_plain", ".html", "shown", None),
        Layout("html_page", ".html", "shown", None),
        Layout("docx", ".docx", "shown", None),
    )
}
