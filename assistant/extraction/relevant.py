"""Which sources can prove a field at all: the model is shown these and no others.

Nothing is lost by it: a source that prints no word of the field, nor stands under one, would be
refused as evidence anyway.
"""

from collections.abc import Iterable

from assistant.extraction.claims import Grounds
from assistant.extraction.fit import Label, label_of
from assistant.extraction.named import cell_agrees
from assistant.extraction.schema import Items, Leaf, leaves_of
from assistant.extraction.sources import Source
from assistant.extraction.wording import grams_of
from index.normalise import squeeze


def sources_for_leaf(leaf: Leaf, grounds: Grounds) -> list[Source]:
    """Return the sentences and cells that may prove one field."""
    label = label_of(leaf)
    found = _touching(label.keys, grounds)
    if leaf.kind in ("integer", "number"):
        year = grounds.report.identity.year
        found += [s for s in grounds.sources.cells if not cell_agrees(s.metric, leaf, year)]
    return found


def sources_for_array(array: Items, grounds: Grounds) -> list[Source]:
    """Return the sentences that may prove an item of an array."""
    own = Leaf(path=array.path, kind="string", words=array.words, nullable=True)
    labels: list[Label] = [label_of(own), *map(label_of, _item_leaves(array))]
    keys = dict.fromkeys(key for label in labels for key in (*label.own, *label.around))
    return _touching(keys, grounds)


def _item_leaves(array: Items) -> Iterable[Leaf]:
    item = array.item
    while isinstance(item, Items):
        item = item.item
    return leaves_of(item)


def _touching(keys: Iterable[str], grounds: Grounds) -> list[Source]:
    """Return the sentences of passages that print a pair of characters of the keys."""
    grams = {gram for key in keys for gram in grams_of(key)}
    if not grams:
        return []
    passages: dict[str, str] = {}
    for source in grounds.sources.text:
        number = source.id.partition(".")[0]
        text = squeeze(grounds.plain[source.start : source.end]) + squeeze(source.heading)
        passages[number] = passages.get(number, squeeze(source.section)) + text
    return [
        source
        for source in grounds.sources.text
        if any(gram in passages[source.id.partition(".")[0]] for gram in grams)
    ]
