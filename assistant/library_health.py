"""The health of a library's folder: what is stored, and what is derived from it for search."""

from pathlib import Path

from index.store.health import Finding


def examine_library(folder: Path) -> list[Finding]:
    """Return what there is to say of the folder: the library, then what is derived from it."""
    from index.report import READER_VERSION
    from index.store.health import examine

    findings = examine(folder, READER_VERSION)
    if any(finding.status == "fail" for finding in findings):
        return findings
    return [*findings, *_dense(folder)]


def _dense(folder: Path) -> list[Finding]:
    """Return what there is to say of search by meaning."""
    from assistant.dense import passage_names, versions
    from index.search.health import examine_dense
    from index.store.library import Library

    if not folder.is_dir():
        return []
    return examine_dense(folder, passage_names(Library.open(folder, resident=False)), *versions())
