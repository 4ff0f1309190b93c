"""What every tab is laid into: the widgets, the page, the panel of sources, the visitor's model."""

from typing import NamedTuple

from assistant.page.desks.embedding import EmbeddingDesk
from assistant.page.house import House
from assistant.page.widgets import Component, Widgets


class Frame(NamedTuple):
    """Handed to `lay(frame, …)` of each tab.

    `page` is the whole page, whose `load` is the trigger of being opened; `own_model` is the
    session's state that holds an `OwnModel` or None; `vectors` computes those of the library;
    `changed` is the session's state whose `change` tells that it changed the library.
    """

    widgets: Widgets
    page: Component
    house: House
    own_model: Component
    vectors: EmbeddingDesk
    changed: Component
