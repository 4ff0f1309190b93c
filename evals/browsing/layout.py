"""What is wrong with how a page stands on the screen, found by measuring, without a picture."""

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_USED_BY_HAND = frozenset(
    [
        "button",
        "checkbox",
        "combobox",
        "link",
        "listbox",
        "radio",
        "searchbox",
        "slider",
        "spinbutton",
        "switch",
        "tab",
        "textbox",
    ]
)


def faults_of_layout(page: "Page") -> list[str]:
    """Return, in words, what is cut off, overlaps, is too pale, too wide, or has no name."""
    measured: list[str] = page.evaluate(files(__package__).joinpath("layout.js").read_text("utf-8"))
    return measured + unnamed(page)


def unnamed(page: "Page") -> list[str]:
    """Return the controls that a screen reader could not name, by the browser's own reckoning."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    found = []
    for node in nodes:
        role = node.get("role", {}).get("value")
        if node.get("ignored") or role not in _USED_BY_HAND:
            continue
        if not node.get("name", {}).get("value", "").strip():
            found.append(f"a {role} has no name: {_markup(session, node['backendDOMNodeId'])}")
    session.detach()
    return found


def _markup(session: object, node: int) -> str:
    """Return the beginning of a node's HTML."""
    markup: str = session.send("DOM.getOuterHTML", {"backendNodeId": node})["outerHTML"]  # type: ignore[attr-defined]
    return markup[:160]
