"""What every peer that reads the statutory tables shares: cases, gold, marks; asks nothing."""

from abc import abstractmethod
from collections.abc import Sequence

from evals.suite.run import CaseResult
from evals.tasks.extract_tables import ExtractTables
from evals.tasks.gold_reports import GoldReport
from evals.tasks.table_blocks import Block, load_blocks
from evals.tasks.table_result import Given, table_result
from evals.tasks.table_text import form_of
from evals.tasks.task import Case, Setting
from index.catalogue import Metric
from index.loading.load import load
from index.model import Document, LoadError


class TablePeer(ExtractTables):
    """The cells, cases and scores of `extract.tables`, read in another way.

    A value stands where the peer itself says it does: one that names no place has none.
    """

    def __init__(self, blocks: Sequence[str] = ()) -> None:
        super().__init__(blocks)
        self._read = [b for b in load_blocks() if (b.name in blocks if blocks else b.always)]

    def run(self, case: Case, setting: Setting) -> CaseResult:
        """Return the marks of every cell of the blocks."""
        report: GoldReport = case.given
        try:
            document = load(report.path)
        except LoadError as error:
            return table_result(case, self.items, {}, reason=str(error))
        given: dict[str, Given] = {}
        for block in self._read:
            given |= self.read(document, block, block.metrics(form_of(report)), setting)
        return table_result(case, self.items, given)

    @abstractmethod
    def read(
        self, document: Document, block: Block, metrics: Sequence[Metric], setting: Setting
    ) -> dict[str, Given]:
        """Return what is given for each cell of a block; a ModelError goes through."""
