"""The tab api: layout and events."""

from assistant.page.frame import Frame


def lay(frame: Frame) -> None:
    """Lay the tab out and tie its events."""
    with frame.widgets.tab("api.tab"):
        frame.widgets.html("api-body")
