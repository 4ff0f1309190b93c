"""The tab settings: layout and events."""

from assistant.page.frame import Frame


def lay(frame: Frame) -> None:
    """Lay the tab out and tie its events."""
    with frame.widgets.tab("settings.tab"):
        frame.widgets.html("settings-body")
