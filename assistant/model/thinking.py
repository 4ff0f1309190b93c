"""Takes thinking text out of a reply, also where a tag is split over the pieces of a stream."""

import re

from assistant.model.tables import endpoint_words


class ThinkingFilter:
    """Fed with pieces, gives what is not thinking; a piece's end is held while it may be a tag.

    `thinking` tells that the reply begins inside thinking text: some templates write the opening
    tag into the prompt. A closing tag without an opening one tells the same afterwards: `orphan`.
    Then what the same piece held before it is dropped; what was given away cannot be called back.
    `thought` tells whether there was any thinking text.
    """

    def __init__(self, thinking: bool = False) -> None:
        names = "|".join(endpoint_words().thinking_tags)
        self._open = re.compile(rf"<({names})>", re.IGNORECASE)
        self._close = re.compile(rf"</({names})>", re.IGNORECASE)
        self._longest = max(len(f"</{name}>") for name in endpoint_words().thinking_tags)
        self._inside = thinking
        self._held = ""
        self._given = False
        self.thought = False
        self.orphan = False

    def feed(self, piece: str) -> str:
        """Return the part of the text so far that is surely not thinking and not given yet."""
        self._held += piece
        given = ""
        while (found := self._next_tag()) is not None:
            closing = found[0].startswith("</")
            before = self._take(found.start())
            self._held = self._held[len(found[0]) :]
            if closing and not self._inside:
                self.orphan = self.orphan or self._given or bool((given + before).strip())
                self.thought = self.thought or self.orphan
                given = ""
            else:
                given += before
            self._inside = not closing
        return self._noted(given + self._take(self._safe()))

    def end(self) -> str:
        """Return what was held back at the end; thinking that never ended is dropped."""
        return self._noted(self._take(len(self._held)))

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

    def _take(self, until: int) -> str:
        """Return the held text up to there; nothing when it is thinking."""
        taken, self._held = self._held[:until], self._held[until:]
        if not self._inside:
            return taken
        self.thought = self.thought or bool(taken.strip())
        return ""

    def _noted(self, given: str) -> str:
        self._given = self._given or bool(given.strip())
        return given
