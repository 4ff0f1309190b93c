"""A valid library of any size, made by SQL alone in seconds: for benchmarks, not for answers.

Real townships, invented numbers: four cells of five are zero, one in fifty is blank; every span
points at its number in the text. The numbers obey no consistency rule; the checks only say they do.
"""

from importlib.resources import files
from pathlib import Path

from index.catalogue import form_metrics
from index.store.database import Database
from index.store.library import Library, metric_number
from index.store.manifest import Manifest, switch_manifest
from index.store.state import write_segment, write_state
from index.store.tables import DEAD, FACT_CONFLICTS, OVERLAY, REPORTS, create_table

_YEARS = 5  # 2019 to 2023: two years of form 2019, three of form 2021
_MOST = 41_352 * _YEARS
_SEGMENT_REPORTS = 12_500
_HEAD = 80  # characters before the first cell of a text
_WIDTH = 9  # characters that each cell takes in a text


def build_big_library(folder: Path, reports: int) -> Library:
    """Write a library of `reports` reports into the new `folder` and open it."""
    if reports > _MOST:
        raise ValueError(f"at most {_MOST} reports, one for each township and year: {reports!r}")
    folder.mkdir(parents=True)
    database = Database(folder / "spill")
    _make_reports(database, reports)
    _make_forms(database)
    segments = []
    for number, first in enumerate(range(0, reports, _SEGMENT_REPORTS)):
        last = min(first + _SEGMENT_REPORTS, reports)
        _make_cells(database, first, last)
        name = f"segments/{number:08d}"
        (folder / name).mkdir(parents=True)
        segments.append(write_segment(folder, name, _SOURCES, database))
    generation = len(segments)
    name = f"states/{generation:08d}"
    (folder / name).mkdir(parents=True)
    manifest = Manifest(
        generation=generation,
        next_rid=reports,
        state=write_state(folder, name, database),
        segments=tuple(segments),
    )
    switch_manifest(folder, manifest)
    database.close()
    return Library.open(folder)


def _make_reports(database: Database, reports: int) -> None:
    """Fill the state: one current report for each township and year, nearest codes first."""
    for name, columns in (
        ("reports", REPORTS),
        ("overlay", OVERLAY),
        ("dead", DEAD),
        ("fact_conflicts", FACT_CONFLICTS),
    ):
        database.query(create_table(name, columns))
    database.query(
        f"""INSERT INTO reports BY NAME
        WITH towns AS (
          SELECT *, row_number() OVER (ORDER BY hash(code), code) - 1 AS place
          FROM read_csv(?, all_varchar = true)),
        rids AS (SELECT range::INTEGER AS rid, (2019 + range % {_YEARS})::INTEGER AS year
          FROM range({reports}))
        SELECT rid, left(sha256('report' || rid), 16) AS report_id,
          '/示例/' || rid || '.txt' AS path, sha256('report' || rid) AS sha256, 'txt' AS format,
          concat(county, township, year, '年政府信息公开工作年度报告') AS title,
          concat(county, township) AS agency, 'township' AS level,
          CASE WHEN township LIKE '%街道%' THEN '街道' ELSE right(township, 1) END AS kind,
          province, city, county, township, code, []::VARCHAR[] AS candidates,
          year, CASE WHEN year < 2021 THEN '2019' ELSE '2021' END AS form,
          'current' AS role,
          concat_ws('|', 'township', province, city, county, township, '') AS body_key,
          rid AS group_rid,
          []::VARCHAR[] AS warnings, body_key || '|' || year AS group_key, 190 AS reported,
          (hash(rid) % 40 = 0)::INTEGER AS failed, false AS marked, NULL AS replaced_by,
          '0' AS reader, '2025-01-01T00:00:00+00:00' AS added_at,
          concat('name:township|', township, '||', year) AS family, []::VARCHAR[] AS content
        FROM rids JOIN towns ON towns.place = rid // {_YEARS}""",
        [str(files("index.data") / "townships.csv")],
    )


def _make_forms(database: Database) -> None:
    """Fill `forms`: the metrics of each form with their place in the form's text."""
    columns = (("form", "VARCHAR"), ("metric", "SMALLINT"), ("place", "INTEGER"))
    database.query(create_table("forms", columns))
    rows = [
        (form, metric_number(metric), place)
        for form in ("2019", "2021")
        for place, metric in enumerate(form_metrics(form))
    ]
    database.insert("forms", columns, rows)


def _make_cells(database: Database, first: int, last: int) -> None:
    """Fill `made` with the cells of the reports from `first` to before `last`."""
    database.query(
        f"""CREATE OR REPLACE TABLE made AS
        WITH drawn AS (
          SELECT rid, metric, place, hash(rid * 1000 + metric) AS dice
          FROM reports JOIN forms USING (form) WHERE rid >= {first} AND rid < {last})
        SELECT rid, metric, place, CASE WHEN dice % 50 = 0 THEN 'blank' ELSE 'reported' END
            AS status,
          CASE WHEN dice % 50 = 0 THEN NULL WHEN dice % 5 > 0 THEN 0
            ELSE dice // 100 % CASE WHEN dice // 7 % 20 = 0 THEN 9000 ELSE 60 END
          END::INTEGER AS value,
          coalesce(value::VARCHAR, '') AS raw, ({_HEAD} + {_WIDTH} * place)::INTEGER AS start,
          (start + length(raw))::INTEGER AS stop
        FROM drawn"""
    )


_NO_PASSAGES = """SELECT 0 AS rid, 0 AS ordinal, '' AS section, '' AS heading, 0 AS start,
      0 AS stop, '' AS "group" WHERE false"""
_SOURCES = {
    "passages": _NO_PASSAGES,
    "cells": "SELECT * REPLACE (value::DECIMAL(38,10) AS value) FROM made",
    "facts": f"""SELECT rid, 'disclosed_total' AS name,
      (hash(rid) % 4000)::DECIMAL(38,10) AS value, '条' AS unit, 'exact' AS bound,
      (hash(rid) % 4000) || '条' AS quote, {_HEAD - 20} AS start,
      ({_HEAD - 20} + length(quote))::INTEGER AS stop FROM (SELECT DISTINCT rid FROM made)""",
    "checks": """SELECT rid, rule, CASE WHEN rule = 'T3-3' AND failed > 0 THEN 'fail'
      ELSE 'pass' END AS status, '' AS message,
      CASE WHEN status = 'fail' THEN ['licensing.decisions'] ELSE [] END AS metrics
      FROM reports, (SELECT unnest(['T3-1', 'T3-2', 'T3-3', 'T4-1', 'T4-2', 'T4-3', 'S-4', 'M-3'])
      AS rule) WHERE rid IN (SELECT rid FROM made)""",
    "sections": f"SELECT DISTINCT rid, '总体情况' AS name, 0 AS start, {_HEAD} AS stop FROM made",
    "texts": f"""SELECT rid, rpad(title, {_HEAD - 20}, ' ')
      || rpad((hash(rid) % 4000) || '条', 19, ' ') || chr(10) || cells AS text FROM reports JOIN (
      SELECT rid, string_agg(rpad(raw, {_WIDTH - 1}, ' ') || chr(10), '' ORDER BY place) AS cells
      FROM made GROUP BY rid) USING (rid)""",
}
