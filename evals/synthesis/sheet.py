"""The text being written: it remembers where every cell and every stated number was put."""

from evals.synthesis.page import Said, Slot


class Sheet:
    """An append-only text; `cell` and `said` keep the offset of what they write."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0

    def put(self, text: str) -> None:
        """Append plain text."""
        self._parts.append(text)
        self._length += len(text)

    def cell(self, slot: Slot) -> None:
        """Append a value cell and keep its place."""
        slot.start = self._length
        self.put(slot.text)

    def said(self, said: Said) -> None:
        """Append a number of the prose and keep its place."""
        said.start = self._length
        self.put(said.text)

    def line(self, text: str, slot: Slot | None = None) -> None:
        """Append a line that holds a label or one value cell."""
        if slot is None:
            self.put(text)
        else:
            self.cell(slot)
        self.put("\n")

    def text(self) -> str:
        """Return everything written so far."""
        return "".join(self._parts)


class DistinctSheet(Sheet):
    """A sheet on which a line that was there before is left out, as some crawlers do."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    def line(self, text: str, slot: Slot | None = None) -> None:
        """Append a line unless an equal one was written; a cell left out is marked lost."""
        written = text if slot is None else slot.text
        if written.strip() in self._seen:
            if slot is not None:
                slot.lost = True
            return
        self._seen.add(written.strip())
        super().line(text, slot)
