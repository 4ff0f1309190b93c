"""Text cut the ordinary way, and vectors without a model: what plain retrieval is made of.

Knows no report: a chunk is so many characters, cut at the coarsest break that fits.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from index.search.embed import Vectors

SIZE, OVERLAP = 500, 50
_BREAKS = ("\n\n", "\n", "。", "，", " ")
_DIMENSION = 4096


class TextEmbedder(Protocol):
    """As much of `index.search.embed.Embedder` as retrieval needs."""

    @property
    def name(self) -> str:
        """The name of the model."""

    def passages(self, texts: Sequence[str]) -> "Vectors":
        """Return a vector of length 1 for each text."""

    def query(self, text: str) -> "Vectors":
        """Return the vector of what is looked for."""


class HashEmbedder:
    """Vectors that count single and paired characters: the same on every machine, and at once."""

    name = "hash"

    def passages(self, texts: Sequence[str]) -> "Vectors":
        """Return a vector of length 1 for each text."""
        import numpy

        vectors = numpy.zeros((len(texts), _DIMENSION), dtype=numpy.float32)
        for row, text in zip(vectors, texts, strict=True):
            for gram, times in Counter(_grams(text)).items():
                row[zlib.crc32(gram.encode()) % _DIMENSION] += 1 + numpy.log(times)
        lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = (vectors / numpy.where(lengths == 0, 1, lengths)).astype(numpy.float32)
        return unit

    def query(self, text: str) -> "Vectors":
        """Return the vector of what is looked for."""
        vector: Vectors = self.passages([text])[0]
        return vector


def split_text(text: str, size: int = SIZE, overlap: int = OVERLAP) -> list[str]:
    """Return the text in chunks of at most `size` characters, each beginning with the last's end.

    The end that is repeated is whole pieces of at most `overlap` characters together.
    """
    chunks: list[str] = []
    held: list[str] = []
    for piece in _pieces(text, size, _BREAKS):
        if held and sum(map(len, held)) + len(piece) > size:
            chunks.append("".join(held))
            while held and (
                sum(map(len, held)) > overlap or sum(map(len, held), len(piece)) > size
            ):
                held.pop(0)
        held.append(piece)
    chunks.append("".join(held))
    return [chunk.strip() for chunk in chunks if chunk.strip()]


def _pieces(text: str, size: int, breaks: Sequence[str]) -> Iterator[str]:
    """Yield the text in pieces of at most `size` that end at the coarsest break that does it."""
    if len(text) <= size:
        yield text
    elif not breaks:
        yield from (text[start : start + size] for start in range(0, len(text), size))
    else:
        for part in re.split(f"(?<={re.escape(breaks[0])})", text):
            yield from _pieces(part, size, breaks[1:])


def _grams(text: str) -> Iterator[str]:
    bare = re.sub(r"\s", "", text)
    yield from bare
    yield from (bare[i : i + 2] for i in range(len(bare) - 1))
