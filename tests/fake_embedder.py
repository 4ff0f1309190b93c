"""An embedding model for tests: the same vector for the same text, drawn from the text's hash."""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np

from index.search.embed import Vectors, checked
from index.search.source import PassageRow


class HashEmbedder:
    """Vectors drawn from a hash; texts that share characters lie nearer. Counts what it embeds."""

    def __init__(self, name: str = "fake", dimension: int = 16, seed: str = "", batch: int = 4):
        self.name, self.dimension, self.batch, self.seed = name, dimension, batch, seed
        self.embedded: list[str] = []
        self.closed = 0

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return checked([self._vector(text) for text in texts], len(texts), self.dimension)

    def query(self, text: str) -> Vectors:
        return checked([self._vector(text)], 1, self.dimension)[0]

    def close(self) -> None:
        self.closed += 1

    def _vector(self, text: str) -> Vectors:
        drawn = [_drawn(self.seed + character, self.dimension) for character in text or " "]
        return np.sum(drawn, axis=0) + 0.01 * _drawn(self.seed + text, self.dimension)


def _drawn(text: str, dimension: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=dimension).astype(np.float32)


def passage(rid: int, ordinal: int, text: str, **changes: object) -> PassageRow:
    """Return a passage of 大涌镇 in 2022, but for the changes."""
    row = PassageRow(
        rid=rid,
        ordinal=ordinal,
        report_id=f"{rid:016x}",
        agency="大涌镇",
        province="广东省",
        city="中山市",
        county="中山市",
        township="大涌镇",
        level="township",
        kind="镇",
        year=2022,
        section="总体情况",
        heading="",
        start=ordinal * 100,
        end=ordinal * 100 + len(text),
        text=text,
        group=text,
    )
    return row._replace(**changes)


def library_rows(reports: Iterable[int], each: int = 5) -> list[PassageRow]:
    """Return passages of some reports: most are of their own, the first of each is shared."""
    return [
        passage(
            rid,
            i,
            "本报告依据条例编制" if i == 0 else f"第{rid}号报告第{i}段的文字",
            year=2019 + rid % 5,
            section=("总体情况", "主动公开", "存在问题")[i % 3],
            township=f"第{rid}镇",
        )
        for rid in reports
        for i in range(each)
    ]
