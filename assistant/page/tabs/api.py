"""The tab api: publishes the three functions and says how to use them."""

from assistant.page.frame import Frame
from assistant.page.views.api import api_view
from assistant.page.widgets import uploads
from assistant.published.endpoints import endpoints
from assistant.published.published import Published


def lay(frame: Frame) -> None:
    """Lay the tab out and publish the functions."""
    published = Published(frame.house.library, frame.house.doors, uploads())
    with frame.widgets.tab("api.tab"):
        frame.widgets.said("api-body", api_view)
    for endpoint in endpoints(published):
        frame.widgets.publish(*endpoint)
