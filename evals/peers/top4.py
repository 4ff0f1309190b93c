"""The baseline of plain retrieval: the four nearest chunks and the same model, for both tasks."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assistant.model_reply import ContextError, UnusableReplyError
from evals.cases.gold import REPORTS
from evals.peers.chunks import HashEmbedder, TextEmbedder, split_text
from evals.peers.langchain_chain import Chunk, Request, ask_chain, open_retriever
from evals.peers.question import Asked, QuestionPeer, Said, question_result
from evals.suite.run import CaseResult
from evals.tasks.extract_tables import PROMPT, ExtractTables
from evals.tasks.table_blocks import Block
from evals.tasks.table_result import Given
from evals.tasks.table_text import cells_schema, nothing_given, number_of
from evals.tasks.task import Case, Setting
from index.catalogue import Metric
from index.loading.load import load
from index.model import Document

if TYPE_CHECKING:
    from langchain_core.vectorstores import VectorStoreRetriever

ANSWER = "peer_answer"
_MOST = 512
_ITEM = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "year": {"type": ["integer", "null"]},
    },
    "required": ["name", "year"],
    "additionalProperties": False,
}
_ANSWER: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "list": {"type": "array", "items": _ITEM, "maxItems": 40},
        "number": {"type": ["number", "null"]},
    },
    "required": ["list", "number"],
    "additionalProperties": False,
}


class Top4Tables(ExtractTables):
    """The task `peer.top4.tables`: the chunks of a report nearest to the names of the cells."""

    title = "普通检索（前 4 段）读法定表格"
    prompts = (PROMPT,)

    def __init__(self, blocks: Sequence[str] = (), embedder: TextEmbedder | None = None) -> None:
        super().__init__(blocks)
        self._embedder = embedder or HashEmbedder()
        self._last: tuple[Document, VectorStoreRetriever] | None = None

    def read(
        self, document: Document, block: Block, metrics: Sequence[Metric], setting: Setting
    ) -> dict[str, Given]:
        """Return the cells that the model reads in the chunks; they have no place."""
        assert setting.model is not None
        keys = block.keys(tuple(metrics))
        request = Request(cells_schema(keys), 24 * len(keys) + 64)
        asked = "\n".join(keys)
        try:
            text = ask_chain(self._retriever(document), setting.model, setting.prompts[PROMPT],
                             asked, request, fields=asked)  # fmt: skip
        except (UnusableReplyError, ContextError) as error:
            return nothing_given(metrics, str(error))
        said = json.loads(text)
        return {metric.id: Given(number_of(said.get(key))) for key, metric in keys.items()}

    def _retriever(self, document: Document) -> "VectorStoreRetriever":
        """Return the retriever over a report, kept while its blocks are read."""
        if self._last is None or self._last[0] is not document:
            chunks = [Chunk(text, "报告") for text in split_text(document.text)]
            self._last = (document, open_retriever(chunks, self._embedder))
        return self._last[1]


class Top4Ask(QuestionPeer):
    """The task `peer.top4.ask`: the chunks of all sample reports nearest to the question."""

    title = "普通检索（前 4 段）回答问题"
    prompts = (ANSWER,)

    def __init__(self, phrasings: int = 1, embedder: TextEmbedder | None = None) -> None:
        super().__init__(phrasings)
        self._embedder = embedder or HashEmbedder()

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return what the model makes of the chunks."""
        assert setting.model is not None
        asked: Asked = case.given
        try:
            text = ask_chain(self._retriever, setting.model, setting.prompts[ANSWER],
                             asked.question, Request(_ANSWER, _MOST), variable="passages",
                             question=asked.question)  # fmt: skip
        except (UnusableReplyError, ContextError) as error:
            return question_result(case, Said(reason=str(error)))
        return question_result(case, _said(text))

    @cached_property
    def _retriever(self) -> "VectorStoreRetriever":
        paths = sorted(path for path in REPORTS.iterdir() if path.is_file())
        return open_retriever(
            [Chunk(text, path.stem) for path in paths for text in split_text(load(path).text)],
            self._embedder,
        )


def _said(text: str) -> Said:
    found = json.loads(text)
    items = tuple((item["name"], item["year"]) for item in found["list"])
    value = found["number"]
    return Said(items, None if value is None else Decimal(str(value)), shown=text)
