"""The three published functions over one library; knows neither the page nor MCP.

Every call stands alone and may run beside others; what a user can meet is raised as NianbaoError.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.ask import Doors
from assistant.published.arguments import checked
from assistant.published.given import (
    Upload,
    decode,
    read_bytes,
    read_listed,
    read_upload,
    require_id,
)
from index.errors import MisuseError
from index.model import Report
from index.store.library import Library

Json = dict[str, Any]


class Published:
    """What programs may ask of a library; `uploads` is where the page keeps uploaded files.

    `newest` gives the library at its newest snapshot, `doors` what questions may need besides.
    """

    def __init__(
        self,
        newest: Callable[[], Library],
        doors: Callable[[], Doors],
        uploads: Path | None = None,
    ) -> None:
        self._load = newest
        self._doors = doors
        self._uploads = uploads
        self._guard = threading.Lock()

    @checked("ask")
    def ask(self, question: str, full: bool = False, previous: Json | None = None) -> Json:
        """Return the object that `nianbao ask --json` prints; `previous` is such an object."""
        from assistant.answer import EVERYTHING
        from assistant.ask import ask
        from assistant.conversation import conversation_from
        from assistant.result import Limits
        from assistant.saved import given_answer

        conversation = None
        if previous is not None:
            answer = given_answer(previous, "previous")
            conversation = conversation_from(answer, answer.resolved)
        limits = EVERYTHING if full else Limits(contexts=EVERYTHING.contexts)
        found = ask(question, self._newest(), self._doors(), limits, conversation)
        return found.model_dump(mode="json")

    @checked("extract")
    def extract(
        self,
        name: str = "",
        text: str = "",
        content: str = "",
        report_id: str = "",
        schema: Json | None = None,
    ) -> Json:
        """Return the object that `nianbao extract --json` prints, of a file or a known report."""
        given = [bool(text), bool(content), bool(report_id)]
        if sum(given) != 1:
            raise MisuseError("请给出 text、content、report_id 三者之一：文字、Base64 或报告编号。")
        if report_id:
            return self._listed(report_id, schema)
        if not name:
            raise MisuseError("请给出 name：文件名连同扩展名，例如 '年报.docx'。")
        data = text.encode() if text else decode(name, content)
        return self._extracted(read_bytes(name, data), schema)

    @checked("extract")
    def extract_upload(
        self, file: Upload | None = None, report_id: str = "", schema: Json | None = None
    ) -> Json:
        """Return what `extract` gives, of a file uploaded to the page or a known report."""
        if (file is None) == (not report_id):
            raise MisuseError("请给出 file 和 report_id 二者之一：上传的文件，或库里报告的编号。")
        if file is None:
            return self._listed(report_id, schema)
        return self._extracted(read_upload(file, self._uploads), schema)

    @checked("source")
    def source(self, report_id: str, start: int, end: int, context: int = 200) -> Json:
        """Return the text at a place of a report of the library, with what stands around it."""
        from assistant.published.place import source_record

        library = self._newest()
        return source_record(library, require_id(library, report_id), start, end, context)

    def _newest(self) -> Library:
        """Return the library; of several calls only one loads a new snapshot."""
        with self._guard:
            return self._load()

    def _listed(self, report_id: str, schema: Json | None) -> Json:
        """Return the extraction of a report of the library."""
        from assistant.commands.records import report_record

        library = self._newest()
        rid = require_id(library, report_id)
        if schema is None:
            return report_record(library, rid)
        return self._extracted(read_listed(library, rid), schema)

    def _extracted(self, report: Report, schema: Json | None) -> Json:
        """Return the record of a report, or of the fields of a schema in it."""
        from index.report import report_json

        if schema is None:
            return report_json(report)
        from assistant.extraction.extract import extract
        from assistant.extraction.record import extraction_json

        doors = self._doors()
        found = extract(report, schema, doors.model(), doors.prompts)
        return extraction_json(report, found)
