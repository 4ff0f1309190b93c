"""Takes thinking text out of a reply, also where a tag is split over the pieces of a stream."""

import re

from assistant.model.tables import endpoint_words


class ThinkingFilter:
    """Fed with pieces, gives what is not thinking; a piece's end is held while it may be a tag.

    `thinking` tells that the reply begins inside thinking text: some templates write the opening
    tag into the prompt. A closing tag without an opening one empties what a whole reply held so
    far; `orphan` tells that there was one, for a stream that already gave its pieces away.
    """

    def __init__(self, thinking: bool = False) -> None:
        names = "|".join(endpoint_words().thinking_tags)
        self._open = re.compile(rf"<({names})>", re.IGNORECASE)
        self._close = re.compile(rf"</({names})>", re.IGNORECASE)
        self._longest = max(len(f"</{name}>") for name in endpoint_words().thinking_tags)
        self._inside = thinking
        self._held = ""
        self.thought = thinking
        self.orphan = False

    def feed(self, piece: str) -> str:
        """Return the part of the text so far that is surely not thinking and not given yet."""
        self._held += piece
        given = ""
        while True:
            found = self._next_tag()
            if found is None:
                return given + self._give(self._safe())
            closing = found[0].startswith("</")
            before = self._held[: found.start()]
            self._held = self._held[found.end() :]
            self.thought = True
            if not self._inside and closing:
                self.orphan, given = True, ""
            elif not self._inside:
                given += before
            self._inside = not closing

    def end(self) -> str:
        """Return what was held back at the end; thinking that never ended is dropped."""
        return self._give(len(self._held))

    def _next_tag(self) -> re.Match[str] | None:
        """Return the next tag that matters: inside thinking only a closing one does."""
        closing = self._close.search(self._held)
        opening = None if self._inside else self._open.search(self._held)
        found = [match for match in (closing, opening) if match]
        return min(found, key=lambda match: match.start(), default=None)

    def _safe(self) -> int:
        """Return up to where the held text cannot be the beginning of a tag."""
        at = self._held.rfind("<", max(0, len(self._held) - self._longest))
        return len(self._held) if at < 0 or ">" in self._held[at:] else at

    def _give(self, until: int) -> str:
        given, self._held = self._held[:until], self._held[until:]
        return "" if self._inside else given
