"""One search of a library's prose, step by step; `searcher` is its door."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from index.errors import MisuseError, OutsideError
from index.report import READER_VERSION
from index.search.fusion import Fused, Key, Shingles, best_of_each, fuse
from index.search.hit import DenseSearch, Hit, Mode, SearchResult, SearchScope
from index.search.lexical import LexicalError, Place
from index.search.reading import Finder
from index.search.scope import Within, resolve
from index.search.source import PassageRow
from index.search.words import index_pairs, query_terms
from index.store.library import Library

_DEPTH, _PER_HIT, _DEEPER = 50, 5, 8
_SCOPES_KEPT = 32
_SHARED = (
    "rid", "report_id", "agency", "province", "city", "county", "township", "year", "section",
    "heading", "start", "end", "text",
)  # fmt: skip


class DenseMissingError(MisuseError):
    """Search by meaning alone was asked of a library without vectors."""


class _Ranked(NamedTuple):
    """What both sides found to a depth; `done` when neither has more."""

    fused: list[Fused]
    done: bool


class Shown(NamedTuple):
    """A passage to show, with the near-duplicates it stands for."""

    fused: Fused
    row: PassageRow
    same: list[tuple[int, int, int]]


class Searched:
    """What is searched: a library, its passages, its search by meaning if there is one."""

    def __init__(self, library: Library, dense: DenseSearch | None) -> None:
        self.library, self.dense, self.finder = library, dense, Finder(library)
        self._settled: dict[tuple[str, SearchScope], Within] = {}

    def within(self, scope: SearchScope) -> Within:
        """Return what lies in a scope; the last few are kept for the snapshot they hold in."""
        key = (self.library.snapshot, scope)
        if key not in self._settled:
            if len(self._settled) >= _SCOPES_KEPT:
                self._settled.clear()
            self._settled[key] = resolve(self.library, scope, READER_VERSION)
        return self._settled[key]


class Run:
    """One search: its scope settled, its two sides at hand, its warnings gathered."""

    def __init__(
        self,
        searched: Searched,
        query: str,
        scope: SearchScope,
        mode: Mode,
        *,
        also: Sequence[str] = (),
        need_index: bool,
    ) -> None:
        self._searched, self.finder = searched, searched.finder
        self._library, self._dense = searched.library, searched.dense
        self._query, self._scope, self._mode = query, scope, mode
        self.warnings: list[str] = []
        self.within = self._settle()
        self._current = set(self.within.rids)
        self._clusters: dict[Key, int] = {}
        self._terms = query_terms(query, also)
        if self._terms.cut:
            self.warnings.append("查询太长，只用了前面的词语。")
        if need_index and not self._terms:
            self.warnings.append("查询里没有可以按词语检索的内容。")
        self._lexical = self._lexical_side(need_index)
        self._use_dense = self._dense_side()

    def _settle(self) -> Within:
        """Resolve the scope; a library that another process has changed meanwhile is read anew."""
        within = self._searched.within(self._scope)
        if self.finder.refresh() and self.finder.missing(within.rids) and self._library.refresh():
            within = self._searched.within(self._scope)
        if within.unread:
            self.warnings.append(
                f"{within.unread}份报告由旧的读取程序读入，还没有段落，这次没有搜到它们；"
                "请重新 nianbao add。"
            )
        return within

    def _lexical_side(self, needed: bool) -> bool:
        """Tell whether words are searched; say what the index lacks, raise when nothing is left."""
        if self._mode == "dense":
            return False
        try:
            missing = self.finder.missing(self.within.rids)
        except LexicalError as error:
            message = f"{error}。请运行 nianbao index 重建（报告不用再读）。"
            if needed and (self._dense is None or self._mode == "lexical") and self.within.rids:
                raise LexicalError(message) from error
            self.warnings.append(message)
            return False
        if missing:
            self.warnings.append(
                f"{missing}份报告还没有进入词语索引（正在写入，或上次写入中断），这次没有按词语搜到它们；"
                "下次 nianbao add 会补上。"
            )
        return True

    def _dense_side(self) -> bool:
        """Tell whether meaning is searched too."""
        if self._mode == "lexical":
            return False
        if self._dense is None:
            if self._mode == "dense":
                raise DenseMissingError(
                    "这个库还没有向量，不能按语义搜索。请改用 --mode lexical，或先生成向量。"
                )
            self.warnings.append("还没有向量，只按词语搜索。")
            return False
        return True

    def _rank(self, depth: int) -> _Ranked:
        """Return the fused ranking to a depth of each side."""
        if not self.within.rids:
            return _Ranked([], True)
        words: list[Key] = []
        if self._lexical:
            found = self.finder.rank(self._terms, self._filters(), depth)
            words = [place[:2] for place in found]
            self._clusters |= {place[:2]: place.cluster for place in found}
        meaning = self._rank_dense(depth) if self._use_dense else []
        done = len(words) < depth and len(meaning) < depth
        fused = [f for f in fuse(words, meaning) if f.key[0] in self._current]
        return _Ranked(fused, done)

    def _rank_dense(self, depth: int) -> list[Key]:
        """Return the ranking by meaning; when it fails, words alone are searched and it is said."""
        assert self._dense is not None
        rids = None if self.within.whole else self.within.rids
        try:
            ranked = self._dense.rank(self._query, rids, self._scope, depth)
        except OutsideError as error:
            if not self._lexical:
                raise
            self._use_dense = False
            self.warnings.append(f"按语义搜索没有成功，只按词语搜索：{error}")
            return []
        return [(rid, ordinal) for rid, ordinal, _ in ranked]

    def _filters(self) -> SearchScope:
        """Return the scope for the index; reports named one by one are those that are current."""
        return (
            self._scope.model_copy(update={"rids": self.within.rids})
            if self._scope.rids
            else self._scope
        )

    def _deepening(self, limit: int, choose: Callable[[list[Fused]], list[Shown]]) -> list[Shown]:
        """Rank deeper until enough is chosen or there is no more."""
        depth = max(_DEPTH, _PER_HIT * limit)
        while True:
            ranked = self._rank(depth)
            shown = choose(ranked.fused)
            if len(shown) >= limit or ranked.done:
                return shown[:limit]
            depth *= _DEEPER

    def each_report(self, limit: int) -> list[Shown]:
        """Return the best passage of each report."""

        def choose(fused: list[Fused]) -> list[Shown]:
            best = best_of_each(fused)[:limit]
            rows = {(r.rid, r.ordinal): r for r in self.finder.rows([f.key for f in best])}
            return [Shown(f, rows[f.key], []) for f in best if f.key in rows]

        return self._deepening(limit, choose)

    def distinct(self, limit: int) -> list[Shown]:
        """Return the best passages of which no two say the same."""
        shown = self._deepening(limit, lambda fused: self._collapsed(fused, limit))
        copies = self.finder.copies({one.row.group for one in shown}, self._filters())
        return [self._with_copies(one, copies.get(one.row.group, ())) for one in shown]

    def _collapsed(self, fused: list[Fused], limit: int) -> list[Shown]:
        """Choose passages in order, each near-duplicate put to the first that says the same."""
        unknown = [f.key for f in fused if f.key not in self._clusters]
        self._clusters |= self.finder.clusters(unknown)
        fresh: dict[int, Fused] = {}
        for one in fused:
            if one.key in self._clusters:
                fresh.setdefault(self._clusters[one.key], one)
        shown: list[Shown] = []
        shingles = Shingles()
        for one, row in self._rows_of(fresh.values(), limit):
            if len(shown) >= limit:
                break
            place = shingles.like(row.text)
            if place is None:
                shown.append(Shown(one, row, []))
                shingles.show(row.text)
            else:
                shown[place].same.append((row.rid, row.start, row.end))
        return shown

    def _rows_of(self, fused: Iterable[Fused], limit: int) -> Iterator[tuple[Fused, PassageRow]]:
        """Yield the passages with their texts, which are read some at a time."""
        rest = iter(fused)
        while batch := list(islice(rest, 2 * limit)):
            rows = {(r.rid, r.ordinal): r for r in self.finder.rows([f.key for f in batch])}
            yield from ((f, rows[f.key]) for f in batch if f.key in rows)

    def _with_copies(self, one: Shown, copies: Iterable[Place]) -> Shown:
        """Add all passages in scope of the same group, whether or not they were ranked."""
        same = {(p.rid, p.start, p.end) for p in copies if p.rid in self._current}
        own = (one.row.rid, one.row.start, one.row.end)
        return one._replace(same=sorted((same | set(one.same)) - {own}))

    def candidates(self, terms: Sequence[str]) -> list[Key] | None:
        """Return the passages that may print one of the terms; None when all must be read."""
        paired = [index_pairs(term) for term in terms]
        if not self._lexical or not all(paired) or self.finder.missing(self.within.rids):
            return None
        found = (self.finder.holding(pairs, self._filters()) for pairs in paired)
        return list(
            dict.fromkeys(p[:2] for places in found for p in places if p.rid in self._current)
        )

    def hits(self, shown: Sequence[Shown]) -> tuple[Hit, ...]:
        """Return what is shown as hits."""
        return tuple(
            Hit(
                **{f: getattr(one.row, f) for f in _SHARED},
                path=self.finder.path(one.row.rid),
                score=one.fused.score,
                lexical_rank=one.fused.lexical,
                dense_rank=one.fused.dense,
                same=tuple(one.same),
            )
            for one in shown
        )

    def result(self, hits: tuple[Hit, ...]) -> SearchResult:
        """Return the hits with what was searched."""
        pending = 0
        if self._mode != "lexical":
            rids = None if self.within.whole else self.within.rids
            pending = self._dense.pending(rids) if self._dense else self.within.passages
        done: Mode = "hybrid" if self._lexical and self._use_dense else "lexical"
        return SearchResult(
            hits=hits,
            mode="dense" if self._use_dense and not self._lexical else done,
            reports=len(self.within.rids),
            passages=self.within.passages,
            pending=pending,
            warnings=tuple(self.warnings),
        )
