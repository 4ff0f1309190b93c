"""The list of cards with its filter: by kind, and by words of report and field; whole without it.

Everything stands in the page as text; the script only hides and shows.
"""

from collections import Counter
from collections.abc import Sequence

from assistant.markup import Html, join, tag
from evals.pages.cards import Card, Said
from evals.pages.sources import Excerpt, Piece, Sources, number_of
from evals.pages.words import word

MOST = 2000  # beyond that a page gets slow; the rest is counted, and is in the JSON
_LONGEST = 300
_SHORT = 16  # what stands in three columns on a telephone


def card_list(
    cards: Sequence[Card], kinds: Sequence[str], sources: Sources, name: str, most: int = MOST
) -> Html:
    """Return the filter and `most` cards; `name` tells its controls from those of other lists."""
    if not cards:
        return tag("p", "没有。", class_="none")
    shown = cards[:most]
    return tag(
        "div",
        _filter(cards, kinds, name),
        _left(cards[most:], most),
        tag("ol", *(_card(card, sources) for card in shown), class_="cards"),
        tag("p", "没有符合条件的。", class_="none", hidden=True),
        class_="listing",
    )


def _filter(cards: Sequence[Card], kinds: Sequence[str], name: str) -> Html:
    counted = Counter(card.kind for card in cards)
    boxes = [
        tag(
            "label",
            tag("input", type="checkbox", value=kind, checked=True, name=f"{name}-kind"),
            tag("span", word("sign", kind), class_=f"sign {kind}", aria_hidden="true"),
            f"{word('kind', kind)}（{counted[kind]}）",
        )
        for kind in kinds
    ]
    words = tag(
        "label",
        tag("span", "报告或项目"),
        tag("input", type="search", name=f"{name}-words", placeholder="如 镇名、许可、总计",
            autocomplete="off"),
        class_="words",
    )  # fmt: skip
    return tag(
        "form",
        tag("fieldset", tag("legend", "显示"), *boxes),
        words,
        tag("output", f"共 {len(cards)} 项", aria_live="polite"),
        class_="filter",
        hidden=True,
    )


def _left(cards: Sequence[Card], most: int) -> Html | None:
    if not cards:
        return None
    counted = Counter(card.kind for card in cards)
    parts = "，".join(f"{word('kind', kind)} {count}" for kind, count in counted.items())
    return tag("p", f"网页只列出前 {most} 项；另有 {len(cards)} 项（{parts}），见 JSON。",
               class_="note")  # fmt: skip


def _card(card: Card, sources: Sources) -> Html:
    excerpt = sources.excerpt(card.case, card.report, card.places)
    told = sources.told(card.case, card.report)
    title = " · ".join(filter(None, (card.report or card.case, card.title)))
    long = any(len(one.value or "") > _SHORT for one in card.said)
    find = f"{card.case} {card.report} {card.title} {card.item}".lower()
    return tag(
        "li",
        tag(
            "h3",
            tag("span", word("sign", card.kind), class_=f"sign {card.kind}", aria_hidden="true"),
            tag("span", word("kind", card.kind), class_="kind"),
            title,
        ),
        tag("code", card.item, class_="item") if card.item != card.title else None,
        tag("dl", *(_said(one, told) for one in card.said), class_="long" if long else None),
        _excerpt(excerpt),
        data_kind=card.kind,
        data_find=find,
    )


def _said(said: Said, told: bool) -> Html:
    value = "（没有）" if said.value is None else said.value
    if not told and said.value is not None and number_of(said.value) is None:
        value = "（文字，不公开）"
    if len(value) > _LONGEST:
        value = f"{value[:_LONGEST]}…（共 {len(value)} 字）"
    return tag(
        "div",
        tag("dt", word("place", said.whose), class_=said.whose),
        tag(
            "dd",
            tag("span", value, class_="is"),
            tag("span", said.mark, class_="mark") if said.mark else None,
            tag("span", said.reason, class_="reason") if said.reason and told else None,
        ),
    )


def _excerpt(excerpt: Excerpt) -> Html:
    stretches = [
        tag("blockquote", *(_piece(piece) for piece in pieces)) for pieces in excerpt.stretches
    ]
    return join(*stretches, *(tag("p", note, class_="note") for note in excerpt.notes))


def _piece(piece: Piece) -> Html:
    if not piece.whose:
        return join(piece.text)
    names = "、".join(word("place", whose) for whose in piece.whose)
    return tag("mark", piece.text, tag("sup", names), class_=" ".join(piece.whose))
