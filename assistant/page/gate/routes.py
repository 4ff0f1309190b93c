"""The routes of Gradio that the page and gradio_client need; every other one is not there.

Left out on purpose: what fetches an address (`proxy=`, `file=http…`), shows or changes code
(`vibe-…`), keeps runs (`run-history`, `deep_link`), shows figures of use (`monitoring`), calls
components (`component_server`), and calls past the queue (`run/…`, `api/…`).
"""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

# What is done with a request before Gradio sees it. "page" and "open" need no login: the
# first is the page itself, the others are what its login form is made of.
Kind = Literal["page", "open", "inner", "join", "call", "upload", "file"]

_NAME = r"[A-Za-z0-9_-]{1,64}"
_EVENT = r"[0-9a-f]{32}"
_PATH = r"[^\\\x00-\x1f\x7f]+"
_API = "/gradio_api"
FILE = f"{_API}/file="
_STEPS = re.compile(r"(?:^|/)\.{1,2}(?:/|$)|//")


class Route(NamedTuple):
    """One route that is let through; only the named parameters of its query go with it.

    `misread` names what is said of a request whose body Gradio cannot read.
    """

    kind: Kind
    method: Literal["GET", "POST"]
    path: re.Pattern[str]
    query: tuple[str, ...] = ()
    misread: str = "gate.body"


def routes_of(published: Iterable[str]) -> tuple[Route, ...]:
    """Return the routes of a page that publishes the named endpoints."""
    names = "|".join(re.escape(name) for name in published) or "(?!)"
    call = rf"{_API}/call/(?:v2/)?(?:{names})"
    return (
        _get("page", "/"),
        _get("open", rf"/(?:assets|static|svelte)/{_PATH}"),
        _get("open", rf"(?:{_API})?/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt"),
        _get("open", rf"{_API}/(?:login_check|app_id|startup-events)/?|/logout"),
        _post("open", "/login/?")._replace(misread="gate.form"),
        _get("inner", rf"/config/?|{_API}/info/?"),
        _get("inner", rf"{_API}/queue/data", "session_hash"),
        _get("inner", rf"{_API}/upload_progress", "upload_id"),
        _get("inner", rf"{_API}/heartbeat/{_NAME}"),
        _get("inner", rf"{call}/{_EVENT}"),
        _post("inner", rf"{_API}/(?:reset/?|cancel)"),
        _post("join", rf"{_API}/queue/join"),
        _post("call", rf"{call}/?"),
        _post("upload", rf"{_API}/upload", "upload_id"),
        _get("file", rf"{FILE}{_PATH}"),
    )


def find_route(routes: Iterable[Route], method: str, path: str) -> Route | None:
    """Return the route of a request, None where there is none; HEAD asks for what GET gives."""
    if _STEPS.search(path.removeprefix(FILE)):
        return None
    asked = "GET" if method == "HEAD" else method
    return next((r for r in routes if r.method == asked and r.path.fullmatch(path)), None)


def _get(kind: Kind, path: str, *query: str) -> Route:
    return Route(kind, "GET", re.compile(path), query)


def _post(kind: Kind, path: str, *query: str) -> Route:
    return Route(kind, "POST", re.compile(path), query)
