"""Extracts dropped files one after the other, telling how far it is; by the command's functions."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.commands.extraction import extract_record
from assistant.findings import Finding, file_findings
from assistant.model_reply import Model
from assistant.page.desks.downloads import write_fresh
from assistant.page.desks.following import Tell, awaited
from assistant.page.desks.held import Holding, hold
from assistant.page.desks.opening import Opened, open_file
from assistant.prompts import Prompts
from index.model import NianbaoError

_BEAT = 1.0
_OUTSIDE = 4


class Extracted(NamedTuple):
    """A file with what was extracted from it, or the reason why nothing was.

    `record` is what `nianbao extract --json` prints; `token` opens the text, "" when it is too
    long; `failed` when the model gave no answer; `findings` only for the statutory record.
    """

    name: str
    record: dict[str, Any] | None
    reason: str = ""
    token: str = ""
    failed: bool = False
    findings: tuple[Finding, ...] = ()


class Far(NamedTuple):
    """How far the work is: the files that are done, the one under way, since when, what it does."""

    done: tuple[Extracted, ...]
    holding: Holding
    number: int = 0
    name: str = ""
    seconds: int = 0
    said: str = ""


def extract_all(
    paths: Sequence[Path], schema: dict[str, Any] | None, model: Model | None, prompts: Prompts,
    holding: Holding,
) -> Iterator[Far]:  # fmt: skip
    """Yield how far it is while each file is extracted, last with all of them done.

    What goes wrong with one file is its reason, and the others are done all the same.
    """
    done: tuple[Extracted, ...] = ()
    for number, path in enumerate(paths, 1):
        started = time.monotonic()
        opened = open_file(path)
        found = Extracted(path.name, None, opened.reason)
        if opened.report is not None:
            holding, token = hold(holding, opened.name, opened.report.document.text)
            for step in _worked(opened, token, schema, model, prompts):
                if isinstance(step, Extracted):
                    found = step
                else:
                    seconds = int(time.monotonic() - started)
                    yield Far(done, holding, number, path.name, seconds, step)
        done = (*done, found)
        yield Far(done, holding, number, path.name)
    yield Far(done, holding)


def write_records(path: Path, done: Sequence[Extracted]) -> None:
    """Write the records as JSON: one object, or of several files one in each line."""
    records = [one.record for one in done if one.record is not None]
    indent = 2 if len(records) == 1 else None
    lines = (json.dumps(r, ensure_ascii=False, indent=indent, allow_nan=False) for r in records)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def write_download(room: Path, done: Sequence[Extracted]) -> Path | None:
    """Return a new file in `room` with all records; None when no file gave one."""
    found = [one for one in done if one.record is not None]
    if not found:
        return None
    name = "nianbao.json" if len(found) == 1 else "nianbao.jsonl"
    return write_fresh(room, name, lambda path: write_records(path, found))


def _worked(
    opened: Opened, token: str, schema: dict[str, Any] | None, model: Model | None,
    prompts: Prompts,
) -> Iterator[str | Extracted]:  # fmt: skip
    """Yield the progress of one file, at last what was extracted."""

    def work(tell: Tell[str | Extracted]) -> Extracted:
        report = opened.report
        if report is None:
            return Extracted(opened.name, None, opened.reason)
        try:
            record, code = extract_record(report, schema, model, prompts, tell)
        except NianbaoError as error:
            return Extracted(opened.name, None, str(error), token)
        findings = tuple(file_findings(report, token)) if schema is None else ()
        return Extracted(opened.name, record, "", token, code == _OUTSIDE, findings)

    return awaited(work, "", _BEAT)
