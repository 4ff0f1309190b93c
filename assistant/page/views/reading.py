"""What an edited reading keeps as it is, as HTML."""

from collections.abc import Sequence

from assistant.markup import Html, join, tag
from assistant.page.views.parts import block
from assistant.page.words import Words


def kept_view(kept: Sequence[tuple[str, str]], most: int, say: Words) -> Html:
    """Return what the form is for, and the parts of the reading that it has no field for."""
    items = (tag("li", f"{say(f'reading.kept_{name}')}{said}") for name, said in kept)
    listed = join(tag("p", say("reading.kept")), tag("ul", items)) if kept else None
    return block(tag("p", say("reading.hint", most=most), class_="dim"), listed)
