"""The items of arrays: claims to proven items, one place counted once, what is lost listed.

Two values of one item must stand together: in one sentence, and a number right beside the text it
belongs to. "Both are printed" would pair any name with any number.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from assistant.extraction.ask import Form, form_of
from assistant.extraction.claims import Grounds, Verdict, claim_of, refused
from assistant.extraction.record import Dropped, FieldResult, Span
from assistant.extraction.schema import Group, Items, Leaf, Node
from assistant.extraction.sources import Source
from assistant.extraction.support import judge

_APART = "与这一项的其他值不在一处，无法证明属于同一项"
_NAMELESS = "这一项没有得到证明的文字，无法证明这个值属于它"
_LISTED = re.compile(
    r"(?:[一二三四五六七八九十]是|[(（]?(?:\d{1,2}|[一二三四五六七八九十]+)[)）.、．])"
)
_ENDED = re.compile(r"[。；;\n]")
_PARTED = re.compile(r"[,，。;；、\n]")


class Item(NamedTuple):
    """One proven item: its leaves by path below the item, and its inner arrays."""

    verdicts: dict[tuple[str, ...], Verdict]
    inner: dict[tuple[str, ...], tuple["Item", ...]]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The places that prove it, inner arrays included."""
        own = [s for v in self.verdicts.values() for s in v.spans]
        return (*own, *(s for items in self.inner.values() for i in items for s in i.spans))

    @property
    def values(self) -> tuple[Any, ...]:
        """Its values, by which two items of equal content are told to be one."""
        inner = tuple(i.values for items in self.inner.values() for i in items)
        return (*(v.value for v in self.verdicts.values()), *inner)


class Kept(NamedTuple):
    """The items of one array, and those that were given but not kept."""

    items: tuple[Item, ...]
    dropped: tuple[Dropped, ...]


def keep_items(array: Items, given: list[Any], grounds: Grounds) -> Kept:
    """Return the proven items in the order they are printed, each once."""
    form, path = form_of(array.item), pointer("", array.path)
    items: list[Item] = []
    dropped: list[Dropped] = []
    for said in given:
        item, lost = _item(array, form, said, grounds)
        dropped += lost
        if item.spans:
            items.append(item)
        else:
            reasons = [v.reason for v in item.verdicts.values() if v.reason]
            reason = "；".join(dict.fromkeys(reasons)) or "模型没有给出值"
            dropped.append(Dropped(path=path, item=_shown(said, form), reason=reason))
    return Kept(_once(items), tuple(dropped))


def _item(array: Items, form: Form, said: Any, grounds: Grounds) -> tuple[Item, list[Dropped]]:
    """Return what is proven of one item; leaves that do not stand together are refused."""
    said = said if isinstance(said, dict) else {}
    depth = len(array.path) + 1
    verdicts = {}
    for key, leaf in form.leaves.items():
        claim = claim_of(said.get(key))
        missing = refused("模型没有给出值", "not_found")
        verdicts[leaf.path[depth:]] = judge(leaf, claim, grounds) if claim else missing
    inner: dict[tuple[str, ...], tuple[Item, ...]] = {}
    dropped: list[Dropped] = []
    for key, items in form.arrays.items():
        kept = keep_items(items, said.get(key) or [], grounds)
        inner[items.path[depth:]] = kept.items
        dropped += kept.dropped
    verdicts = _together(verdicts, form.leaves.values(), grounds)
    anchor = next((v.spans[0] for v in verdicts.values() if v.spans), None)
    for path, inside in inner.items() if anchor else ():
        inner[path] = tuple(i for i in inside if _beside(anchor, i, grounds))
        apart = [i for i in inside if i not in inner[path]]
        where = pointer("", (*array.path, "*", *path))
        dropped += [Dropped(path=where, item=list(i.values), reason=_APART) for i in apart]
    return Item(verdicts, inner), dropped


def _beside(anchor: Span | None, item: Item, grounds: Grounds) -> bool:
    """Tell whether an inner item stands in the sentence of the item it is given for."""
    if anchor is None:
        return True
    return not any(_ENDED.search(_between(anchor, span, grounds.plain)) for span in item.spans)


def _together(
    verdicts: dict[tuple[str, ...], Verdict], leaves: Iterable[Leaf], grounds: Grounds
) -> dict[tuple[str, ...], Verdict]:
    """Refuse the values of an item that do not stand in the sentence of its first text."""
    proven = {path: v for path, v in verdicts.items() if v.spans}
    texts = [path for path, v in proven.items() if isinstance(v.value, str)]
    named = any(leaf.kind in ("string", "enum") for leaf in leaves)
    if named and not texts:
        return {p: refused(v.reason or _NAMELESS, v.status if v.reason else "unsupported")
                for p, v in verdicts.items()}  # fmt: skip
    if len(proven) < 2:
        return verdicts
    anchor = proven[texts[0] if texts else next(iter(proven))].spans[0]
    kept = dict(verdicts)
    for path, verdict in proven.items():
        span = verdict.spans[0]
        between = _between(anchor, span, grounds.plain)
        number = not isinstance(verdict.value, str)
        apart = (_PARTED if number else _ENDED).search(between)
        if span != anchor and apart:
            kept[path] = refused(_APART)
    return kept


def _between(first: Span, second: Span, plain: str) -> str:
    """Return the text between two spans, "" when they overlap."""
    left, right = sorted((first, second), key=lambda s: s.start)
    return plain[left.end : right.start]


def _once(items: list[Item]) -> tuple[Item, ...]:
    """Return the items in reading order; one whose places lie within another's is that one."""
    kept: list[Item] = []
    for item in sorted(items, key=lambda i: -sum(s.end - s.start for s in i.spans)):
        if not any(_within(item, other) or item.values == other.values for other in kept):
            kept.append(item)
    return tuple(sorted(kept, key=lambda item: min(s.start for s in item.spans)))


def _within(item: Item, other: Item) -> bool:
    return all(any(o.start <= s.start and s.end <= o.end for o in other.spans) for s in item.spans)


def passed_over(sources: Sequence[Source], items: Sequence[Item]) -> list[Source]:
    """Return the sentences 一是 …, 2. … that gave no item, beside one that did."""
    spans = [span for item in items for span in item.spans]
    used = {s.id for s in sources if any(_in(span, s) for span in spans)}
    listed = [s for s in sources if _LISTED.match(s.text)]
    passages = {s.id.partition(".")[0] for s in sources if s.id in used}
    return [s for s in listed if s.id not in used and s.id.partition(".")[0] in passages]


def _in(span: Span, source: Source) -> bool:
    return span.start < source.end and source.start < span.end


def item_data(node: Node, item: Item, below: tuple[str, ...] = ()) -> Any:
    """Return an item as plain data in the shape of its schema."""
    if isinstance(node, Leaf):
        return item.verdicts[below].value
    if isinstance(node, Group):
        return {name: item_data(inner, item, (*below, name)) for name, inner in node.fields}
    return [item_data(node.item, inner) for inner in item.inner[below]]


def item_results(item: Item, path: str) -> Iterator[FieldResult]:
    """Yield the fields of an item with their pointers."""
    for below, v in item.verdicts.items():
        yield FieldResult(path=pointer(path, below), value=v.value, status=v.status,
                          reason=v.reason, spans=v.spans)  # fmt: skip
    for below, items in item.inner.items():
        for number, inner in enumerate(items):
            yield from item_results(inner, f"{pointer(path, below)}/{number}")


def pointer(path: str, names: tuple[str, ...]) -> str:
    """Return the JSON pointer of a place below `path`."""
    return path + "".join("/" + n.replace("~", "~0").replace("/", "~1") for n in names)


def _shown(said: Any, form: Form) -> Any:
    """Return what the model gave for an item, its short keys as the fields they mean."""
    if not isinstance(said, dict):
        return said
    names = {key: leaf.path[-1] for key, leaf in form.leaves.items()}
    names |= {key: items.path[-1] for key, items in form.arrays.items()}
    values = {
        names.get(k, k): v.get("value") if isinstance(v, dict) else v for k, v in said.items()
    }
    return next(iter(values.values())) if list(values) == ["*"] else values
