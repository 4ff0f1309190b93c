"""The one door to tantivy: an index of passages by their words and character pairs, on disk.

Knows nothing of the library; `keeping` holds the two in step. Queries are built term by term, so
nothing a user types is read as query syntax.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.errors import OutsideError
from index.search.hit import SearchScope
from index.search.source import PassageRow
from index.search.words import Terms, index_pairs, index_words

if TYPE_CHECKING:
    import tantivy

# Raise it whenever fields change: the index is then built anew.
SCHEMA_VERSION = "2"

_HEAP = 64_000_000
_ORDINALS = 1 << 24  # a passage's key is its rid and its ordinal in one number
# What is searched, by its weight. The header stands apart: a short passage is not the better one
# for consisting of little else.
_WEIGHTS = {"words": 1.0, "pairs": 0.5, "head_words": 0.3, "head_pairs": 0.15}
_ALSO = 1.0
_WHOLE_NUMBERS = ("rid", "key", "year", "cluster", "start", "end")
_NAMES = ("province", "city", "county", "township", "agency", "level", "kind", "section")
_TEXTS = ("report_id", "heading", "text", "group")


class LexicalError(OutsideError):
    """The lexical index is missing, damaged or of another version."""


class Place(NamedTuple):
    """A passage found: which one, where it stands, and the number of its group."""

    rid: int
    ordinal: int
    start: int
    end: int
    cluster: int


class Stored(NamedTuple):
    """What the index keeps of a passage."""

    section: str
    heading: str
    start: int
    end: int
    text: str
    group: str


def cluster_of(group: str) -> int:
    """Return the number that stands for a group in the index."""
    return int(group[:15] or "0", 16) if _is_hex(group) else hash_of(group)


def hash_of(text: str) -> int:
    """Return a stable number of 60 bits for any text."""
    import hashlib

    return int(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:15], 16)


def _is_hex(group: str) -> bool:
    return bool(group) and all(c in "0123456789abcdef" for c in group)


class LexicalIndex:
    """An open index for reading; it shows what was committed when it was opened or refreshed."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._folder = folder
        with _explained(folder):
            self._index = tantivy.Index.open(str(folder))
            self._index.config_reader("manual")
            self.refresh()

    def refresh(self) -> None:
        """Show what has been committed since."""
        with _explained(self._folder):
            self._index.reload()
            self._searcher = self._index.searcher()

    @property
    def size(self) -> int:
        """The number of passages in the index."""
        return int(self._searcher.num_docs)

    def rank(self, terms: Terms, scope: SearchScope, limit: int) -> list[Place]:
        """Return the passages in scope that hold any of the terms, best first."""
        if not terms:
            return []
        import tantivy

        query, schema = tantivy.Query, self._index.schema
        any_of = [
            query.boost_query(query.term_query(schema, field, term, "freq"), weight)
            for field, weight in _WEIGHTS.items()
            for term in (terms.words if field.endswith("words") else terms.pairs)
        ]
        any_of += [
            query.boost_query(query.term_query(schema, field, term, "freq"), _ALSO)
            for field in ("words", "head_words")
            for term in terms.also
        ]
        return self._found(_either(any_of), scope, limit)

    def holding(self, pairs: Sequence[str], scope: SearchScope) -> list[Place]:
        """Return all passages in scope that hold every one of the character pairs."""
        import tantivy

        every = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._index.schema, "pairs", p, "freq"))
            for p in dict.fromkeys(pairs)
        ]
        return self._found(tantivy.Query.boolean_query(every), scope, None)

    def clustered(self, clusters: Sequence[int], scope: SearchScope) -> list[Place]:
        """Return all passages in scope whose group is one of `clusters`."""
        import tantivy

        one_of = tantivy.Query.term_set_query(self._index.schema, "cluster", list(clusters))
        return self._found(one_of, scope, None)

    def places(self, keys: Iterable[tuple[int, int]]) -> list[Place]:
        """Return the passages of (rid, ordinal) that the index holds."""
        import tantivy

        wanted = [rid * _ORDINALS + ordinal for rid, ordinal in keys]
        if not wanted:
            return []
        one_of = tantivy.Query.term_set_query(self._index.schema, "key", wanted)
        return self._found(one_of, SearchScope(), len(wanted))

    def stored(self, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Stored]:
        """Return what is kept of the passages of (rid, ordinal)."""
        import tantivy

        wanted = [rid * _ORDINALS + ordinal for rid, ordinal in keys]
        if not wanted:
            return {}
        one_of = tantivy.Query.term_set_query(self._index.schema, "key", wanted)
        found = {}
        with _explained(self._folder):
            for _, address in self._searcher.search(one_of, len(wanted), count=False).hits:
                document = self._searcher.doc(address)
                key: Any = document.get_first("key")
                fields = (_plain(document.get_first(name)) for name in Stored._fields)
                found[divmod(int(key), _ORDINALS)] = Stored._make(fields)
        return found

    def _found(self, query: "tantivy.Query", scope: SearchScope, limit: int | None) -> list[Place]:
        """Return what a query finds within a scope, best first; everything without a limit."""
        import tantivy

        must = tantivy.Occur.Must
        within = [
            (must, tantivy.Query.const_score_query(one, 0.0))
            for one in _filters(self._index.schema, scope)
        ]
        whole = tantivy.Query.boolean_query([(must, query), *within]) if within else query
        with _explained(self._folder):
            if limit is None:
                counted: Any = self._searcher.search(whole, 1)
                limit = max(int(counted.count), 1)
            hits = self._searcher.search(whole, limit, count=False).hits
            addresses = [address for _, address in hits]
            columns = [
                self._searcher.fast_field_values(name, addresses) if addresses else []
                for name in ("key", "start", "end", "cluster")
            ]
        return [
            Place(*divmod(int(key), _ORDINALS), int(start), int(end), int(cluster))
            for key, start, end, cluster in zip(*columns, strict=True)
        ]


class LexicalWriter:
    """The index in `folder` for writing, made when it is not there; use it in a `with` block.

    What was added and removed is there for readers after `commit`, all of it or nothing.
    """

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with _explained(folder):
            self._index = tantivy.Index(_schema(), path=str(folder))
            words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._index.register_tokenizer("whitespace", words)
            self._writer = self._index.writer(_HEAP, 1)

    def add(self, row: PassageRow) -> None:
        """Add one passage."""
        import tantivy

        with _explained(self._folder):
            self._writer.add_document(tantivy.Document.from_dict(_record(row), self._index.schema))

    def remove(self, rids: Iterable[int]) -> None:
        """Take out all passages of these reports; those it does not hold are no error."""
        with _explained(self._folder):
            for rid in rids:
                self._writer.delete_documents_by_term("rid", rid)

    def commit(self) -> int:
        """Make the changes durable, end writing, and return how many passages there are now."""
        with _explained(self._folder):
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._index.reload()
            return int(self._index.searcher().num_docs)


def _plain(value: Any) -> Any:
    """Return a stored value as it was put in: texts are kept as bytes, which nothing indexes."""
    return value.decode() if isinstance(value, bytes) else value


def header(row: PassageRow) -> str:
    """Return what is indexed with a passage: 县, 镇, 年, 节 and its sub-heading."""
    places = [row.province, row.city, row.county, row.township, row.agency]
    named: list[str] = []
    for name in filter(None, places):
        if not any(name in other for other in named):
            named.append(name)
    year = f"{row.year}年" if row.year is not None else ""
    return "。".join(filter(None, (*named, year, row.section, row.heading)))


def _record(row: PassageRow) -> dict[str, Any]:
    """Return a passage as the fields of the index."""
    head = header(row)
    names = {name: getattr(row, name) for name in _NAMES if getattr(row, name) is not None}
    return names | {
        "words": " ".join(index_words(row.text)),
        "pairs": " ".join(index_pairs(row.text)),
        "head_words": " ".join(index_words(head)),
        "head_pairs": " ".join(index_pairs(head)),
        "rid": row.rid,
        "key": row.rid * _ORDINALS + row.ordinal,
        "year": row.year if row.year is not None else -1,
        "cluster": cluster_of(row.group),
        "start": row.start,
        "end": row.end,
        **{name: str(getattr(row, name)).encode() for name in _TEXTS},
    }


def _schema() -> "tantivy.Schema":
    """Return the fields of the index."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in _WEIGHTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in _WHOLE_NUMBERS:
        builder.add_integer_field(name, stored=True, indexed=True, fast=True)
    for name in _NAMES:
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in _TEXTS:
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def _filters(schema: "tantivy.Schema", scope: SearchScope) -> list["tantivy.Query"]:
    """Return one query for each restriction of a scope; all must hold."""
    import tantivy

    query = tantivy.Query
    found = [
        query.term_set_query(schema, name, list(values))
        for name, values in (
            ("year", scope.years),
            ("level", scope.levels),
            ("kind", scope.kinds),
            ("section", scope.sections),
            ("rid", scope.rids),
        )
        if values
    ]
    if scope.places:
        places = [place.model_dump(exclude_none=True) for place in scope.places]
        if all(places):
            found.append(_either([_every(schema, place) for place in places]))
    return found


def _every(schema: "tantivy.Schema", fields: dict[str, str]) -> "tantivy.Query":
    """Return the query that all fields have these values."""
    import tantivy

    return tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Must, tantivy.Query.term_query(schema, name, value, "basic"))
            for name, value in fields.items()
        ]
    )


def _either(queries: Sequence["tantivy.Query"]) -> "tantivy.Query":
    """Return the query that any of `queries` holds."""
    import tantivy

    return tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in queries])


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn what tantivy raises into a LexicalError; it panics on some kinds of damage."""
    try:
        yield
    except LexicalError:
        raise
    except BaseException as error:
        if (
            not isinstance(error, (ValueError, OSError))
            and type(error).__name__ != "PanicException"
        ):
            raise
        raise LexicalError(f"词语索引 {str(folder)!r} 打不开或已损坏：{error}") from error
