"""How long the page takes from a click or a key until it stands still again, in the browser."""

from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING

from evals.browsing.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_ARM = files(__package__).joinpath("reaction.js").read_text("utf-8")


def reaction(
    visitor: Visitor, act: Callable[[], object], shown: "Locator", within: str = "body"
) -> float:
    """Return the milliseconds from the first event of `act` to the last change `within` the page.

    The page is done when `shown` is visible, no event is under way, and nothing has changed for
    half a second.
    """
    visitor.settle()
    visitor.page.evaluate(_ARM, within)
    act()
    shown.wait_for()
    visitor.page.wait_for_function("() => window.reaction.still()")
    taken: float = visitor.page.evaluate("() => window.reaction.end()")
    return taken
