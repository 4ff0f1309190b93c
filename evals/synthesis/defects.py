"""The defects published reports have, by name; each changes a page and composes with the others."""

from evals.synthesis import defect_headers as headers
from evals.synthesis import defect_prose as prose
from evals.synthesis import defect_tables as tables
from evals.synthesis import defect_words as words
from evals.synthesis.defect import Defect

DEFECTS: dict[str, Defect] = {
    defect.name: defect
    for defect in (
        Defect("mixed_forms", tables.keep, 0),
        Defect("wrong_sums", tables.wrong_sums, 10),
        Defect("blank_cells", tables.blank_cells, 12),
        Defect("blank_row", tables.blank_row, 12),
        Defect("total_only", tables.total_only, 12),
        Defect("marks", tables.mark_cells("not_applicable"), 13),
        Defect("see_attachment", tables.mark_cells("text"), 13),
        Defect("masked", tables.mark_cells("unreadable"), 13),
        Defect("odd_cells", tables.odd_cells, 13),
        Defect("unit_in_cell", tables.unit_in_cell, 14),
        Defect("decimal_zero", tables.decimal_zero, 14),
        Defect("full_width_digits", tables.full_width_digits, 15),
        Defect("hubei_rows", tables.hubei_rows, 18, "2019"),
        Defect("short_rows", tables.short_rows, 20),
        Defect("row_deleted", tables.delete_rows, 21),
        Defect("table_deleted", tables.delete_table, 22),
        Defect("section_deleted", tables.delete_section, 22),
        Defect("block_header_missing", tables.drop_block_headers, 23),
        Defect("foreign_column", headers.foreign_column, 17),
        Defect("appeals_split", headers.split_appeals, 23),
        Defect("header_repeated", headers.repeat_header, 23),
        Defect("extra_title_row", tables.extra_title_row, 24),
        Defect("label_variants", words.vary_labels, 30),
        Defect("heading_variants", words.vary_headings, 30),
        Defect("item_numbers", words.vary_numbers, 32),
        Defect("label_spam", words.spam_label, 34),
        Defect("spaced_labels", words.space_labels, 36),
        Defect("broken_labels", words.break_labels, 37),
        Defect("lookalikes", prose.add_lookalikes, 40),
        Defect("sentence_before_table", prose.sentence_before_table, 41),
        Defect("figures_above_table", prose.figures_above_table, 41),
        Defect("inner_headings", prose.inner_headings, 42),
        Defect("injection", prose.inject, 43),
        Defect("stale_year", prose.stale_year, 43),
        Defect("neighbour_name", prose.neighbour_name, 43),
        Defect("title_missing", prose.drop_title, 44),
        Defect("title_split", prose.split_title, 44),
        Defect("title_doubled", prose.double_title, 45),
        Defect("chrome", prose.add_chrome, 46),
        Defect("signature", prose.sign, 46),
        Defect("truncated", tables.truncate, 48),
        Defect("taiwan_terms", words.taiwan_terms, 50),
        Defect("kangxi", words.kangxi, 51),
        Defect("pinyin_gloss", words.pinyin_gloss, 52),
        Defect("traditional", words.traditional, 53),
    )
}
