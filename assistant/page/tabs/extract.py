"""The tab extract: layout and events."""

from assistant.page.frame import Frame


def lay(frame: Frame) -> None:
    """Lay the tab out and tie its events."""
    with frame.widgets.tab("extract.tab"):
        frame.widgets.html("extract-body")
