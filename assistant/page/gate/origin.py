"""Which Host a request may name, and whether it comes from the page itself or from elsewhere.

A site on the internet can make a visitor's browser send requests to this machine, by address or,
after changing what its own name points to, by name. Knows no route and no body.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?")
_USUAL_PORTS = ("80", "443")


class Hosts(NamedTuple):
    """The names that a request may call the server by; `any_address` adds every IP address.

    An address typed as digits cannot be pointed elsewhere by its owner, as a name can.
    """

    names: frozenset[str]
    any_address: bool = False

    def knows(self, name: str) -> bool:
        """Return whether a request to `name` is meant for this server."""
        return name in self.names or (self.any_address and _is_address(name))


def hosts_of(bound: str, also: Iterable[str] = ()) -> Hosts:
    """Return the names of a server bound to `bound`: it, the loopback's, and those of `also`."""
    name = _bare(bound)
    everywhere = name in _EVERYWHERE
    # Not the full name: to find it a system may ask a server of names.
    own = socket.gethostname().lower() if everywhere else name
    named = {_bare(one) for one in also if one.strip()}
    return Hosts(_LOOPBACK | {own} | named, everywhere)


def is_loopback(host: str) -> bool:
    """Return whether a server bound to `host` is reached from this machine only."""
    name = _bare(host)
    return name == "localhost" or (_is_address(name) and ipaddress.ip_address(name).is_loopback)


def called_by(headers: Headers) -> str | None:
    """Return the name, without its port, that a request calls the server by; None if unclear."""
    sent = headers.getlist("host")
    found = _HOST.fullmatch(sent[0].lower()) if len(sent) == 1 else None
    return (found[1] or found[2]) if found else None


def is_from_elsewhere(headers: Headers) -> bool:
    """Return whether a browser says that another site, or none it may name, sent the request."""
    return any(not _is_own(headers, origin) for origin in headers.getlist("origin")) or any(
        site not in ("same-origin", "none") for site in headers.getlist("sec-fetch-site")
    )


def is_from_the_page(headers: Headers) -> bool:
    """Return whether a browser says that the page sent the request; silence is not enough."""
    if is_from_elsewhere(headers):
        return False
    return "origin" in headers or headers.get("sec-fetch-site") == "same-origin"


def is_visit(headers: Headers) -> bool:
    """Return whether a browser follows a link or an address to show what it gets as a page."""
    return (
        headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    )


def _is_own(headers: Headers, origin: str) -> bool:
    """Return whether an Origin names the very host and port of the Host header."""
    try:
        named = urlsplit(origin.lower())
    except ValueError:
        return False
    if named.scheme not in ("http", "https"):
        return False
    own = _place(headers.get("host", "").lower())
    return own is not None and _place(named.netloc) == own


def _place(netloc: str) -> tuple[str, str] | None:
    """Return the host and port of a `host:port`; the two usual ports count as none."""
    found = _HOST.fullmatch(netloc)
    if found is None:
        return None
    port = found[3] or ""
    return found[1] or found[2], "" if port in _USUAL_PORTS else port


def _bare(host: str) -> str:
    """Return a name as a request says it: small letters, no brackets, Chinese ones encoded."""
    name = host.strip().strip("[]").lower()
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
