"""The gate around Gradio's program: what a request must be to reach it.

A pure ASGI middleware: it buffers no stream of answers. It knows no Gradio; what is particular
to it (its routes, where its files lie) stands in `routes` and is handed in by `Rules`.
"""

import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.page.gate.bodies import (
    Limits,
    UploadMeter,
    read_body,
    read_call,
    replayed,
    too_large,
)
from assistant.page.gate.origin import (
    Hosts,
    called_by,
    is_from_elsewhere,
    is_from_the_page,
    is_visit,
)
from assistant.page.gate.policy import PageSender, secured
from assistant.page.gate.refusal import Refusal, WordedSender
from assistant.page.gate.routes import FILE, Route, find_route, routes_of
from assistant.page.gate.served import served_file

# By these a request could tell Gradio another address for the page, which it keeps for everyone.
_FORGED = (b"x-forwarded-", b"x-gradio-server", b"forwarded")
_LOGIN_CHECK = "/gradio_api/login_check"


class Rules(NamedTuple):
    """What the page lets through.

    `published` are the names of the endpoints for everyone, `public_events` gives the numbers
    that Gradio has given their events; `downloads` is the one folder whose files are served.
    With `login` nothing but the login form is there for who has not logged in.
    """

    hosts: Hosts
    published: tuple[str, ...]
    public_events: Callable[[], Collection[int]]
    downloads: Path
    login: bool = False
    limits: Limits = Limits()


class Gate:
    """Lets a request through to Gradio, or answers it with a refusal."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app, self._rules = app, rules
        self._routes = routes_of(rules.published)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one connection; of those that are no request only the program's own pass."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._take(scope, receive, secured(send))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            route = self._admitted(scope)
            known = self._is_free(route) or await self._has_logged_in(scope)
            if not known and route.kind not in ("page", "open"):
                raise Refusal(401, "gate.login")
            cleaned = self._cleaned(scope, route)
            send = WordedSender(scope, receive, send, route.misread).send
            if route.kind == "upload":
                await self._upload(cleaned, receive, send)
                return
            given = await self._checked_body(route, cleaned, receive)
        except Refusal as refusal:
            await refusal.response(Headers(scope=scope))(scope, receive, send)
            return
        answer = PageSender(send, hide_api=not known).send if route.kind == "page" else send
        await self._app(cleaned, given, answer)

    def _admitted(self, scope: Scope) -> Route:
        """Return the route of a request that names this server, a route and no other site."""
        headers = Headers(scope=scope)
        name = called_by(headers)
        if name is None or not self._rules.hosts.knows(name):
            raise Refusal(421, "gate.host")
        route = find_route(self._routes, scope["method"], scope["path"])
        if route is None:
            raise Refusal(404, "gate.unknown")
        followed = route.kind == "page" and is_visit(headers) and "origin" not in headers
        if is_from_elsewhere(headers) and not followed:
            raise Refusal(403, "gate.elsewhere")
        return route

    def _is_free(self, route: Route) -> bool:
        """Return whether a request may go on without a look at who sent it."""
        return not self._rules.login or route.kind == "open"

    async def _has_logged_in(self, scope: Scope) -> bool:
        """Return whether Gradio knows the visitor; not all of its own routes ask."""
        path = _LOGIN_CHECK
        asked = {**scope, "method": "GET", "path": path, "raw_path": path.encode()}
        statuses: list[int] = []

        async def empty() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self._app({**asked, "query_string": b""}, empty, note)
        return statuses == [200]

    def _cleaned(self, scope: Scope, route: Route) -> Scope:
        """Return the request with what its route needs: the query, the path, honest headers."""
        asked = parse_qsl(scope.get("query_string", b"").decode("latin-1"))
        query = [(name, value) for name, value in asked if name in route.query]
        headers = [item for item in scope["headers"] if not item[0].lower().startswith(_FORGED)]
        path = scope["path"]
        if route.kind == "file":
            real = served_file(path, self._rules.downloads)
            if real is None:
                raise Refusal(404, "gate.unknown")
            # What was looked at is what Gradio opens, by its real name.
            path = f"{FILE}{real}"
        cleaned = {"path": path, "raw_path": quote(path).encode(), "headers": headers}
        return {**scope, **cleaned, "query_string": urlencode(query).encode()}

    async def _checked_body(self, route: Route, scope: Scope, receive: Receive) -> Receive:
        """Return the body of a request that has one, read within its limit and looked into."""
        if scope["method"] != "POST":
            return receive
        body = await read_body(receive, self._rules.limits.body)
        if route.kind in ("join", "call"):
            called = read_call(body)
            number = called.get("fn_index")
            is_public = type(number) is int and number in self._rules.public_events()
            if route.kind == "join" and not (is_public or is_from_the_page(Headers(scope=scope))):
                raise Refusal(403, "gate.private")
        return replayed(body, receive)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an upload through as long as it keeps to the limits."""
        headers, limits = Headers(scope=scope), self._rules.limits
        length = headers.get("content-length", "0")
        stated = int(length) if length.isdecimal() and len(length) < 20 else 0
        if stated > limits.upload:
            raise too_large(limits)
        if shutil.disk_usage(self._rules.downloads).free < limits.free + stated:
            raise Refusal(507, "gate.full")
        meter = UploadMeter(receive, send, headers.get("content-type", ""), limits)
        try:
            await self._app(scope, meter.receive, meter.send)
        except MultiPartException:
            if meter.refusal is None:
                return
        if meter.refusal is not None and not meter.answered:
            raise meter.refusal
