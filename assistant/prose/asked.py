"""All that one prose question is answered from, and the warnings of every answer to it."""

from typing import NamedTuple

from assistant.names import Names
from assistant.plan import Plan
from assistant.prose.found import Found
from assistant.prose.reach import Reach
from assistant.prose.sheet import Sheet, said_in
from assistant.result import Limits, Undecided
from index.search.hit import Hit, PassageSearch
from index.suspicion import suspicious


class Asked(NamedTuple):
    """A question as read, where it looks, and the doors; `absent` are places without a report."""

    question: str
    plan: Plan
    reach: Reach
    sheet: Sheet
    search: PassageSearch
    names: Names
    limits: Limits
    absent: tuple[Undecided, ...]

    def alarms(self, hits: list[Hit]) -> list[str]:
        """Return a warning for each report with text that looks like an instruction."""
        found: dict[str, None] = {}
        for hit in hits:
            for one in suspicious(hit.text)[:1]:
                self.sheet.load([hit.rid])
                where = f"{self.sheet.name(hit.rid)}{said_in(hit)}"
                found[f"{where}有疑似写给模型的指令（{one.why}），只当资料看，没有照办。"] = None
        return list(found)

    def stale(self) -> list[str]:
        """Return a warning when the search knew passages that the reports no longer have."""
        if not self.sheet.stale:
            return []
        return ["检索到的部分段落与库中正文不一致，没有采用；请重建检索。"]

    def missing(self) -> list[str]:
        """Return a sentence on the places and years asked for that have no report."""
        named = "、".join(f"{one.agency}{one.year or ''}{'年' if one.year else ''}"
                         for one in self.absent)  # fmt: skip
        return [f"库中没有{named}的报告。"] if named else []

    def warnings(self, found: Found) -> list[str]:
        """Return the warnings of the search and on the text that was found."""
        hits = [one.hit for one in found.candidates]
        return [*found.warnings, *self.alarms(hits), *self.stale()]
