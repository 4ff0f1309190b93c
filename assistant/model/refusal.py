"""What an error of an endpoint means, and its message without anything secret."""

import re
from collections.abc import Mapping

from assistant.model.tables import endpoint_words
from assistant.model.wire import Fault, FaultKind
from index.endpoint import retry_after

_TOKENS = re.compile(r"(?i)\b(bearer|basic)\s+\S+|\b(sk|key|ak|pk)-[\w*.\-]{4,}")
_MOST = 200
_HIDDEN = "（已隐去）"
_BY_STATUS: dict[int, FaultKind] = {
    # Not followed: neither the key nor the reports go to another place than the one named.
    **dict.fromkeys((301, 302, 303, 307, 308), "missing"),
    401: "key",
    402: "quota",
    403: "key",
    404: "missing",
    405: "missing",
    408: "broken",
    409: "busy",
    413: "context",
    429: "busy",
    501: "refused",
}


class RefusalReader:
    """Reads errors; `secrets` never come out, whatever an endpoint echoes."""

    def __init__(self, *secrets: str) -> None:
        self._secrets = [secret for secret in secrets if secret]

    def clean(self, text: str) -> str:
        """Return `text` in one short line without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        text = " ".join(_TOKENS.sub(_HIDDEN, text).split())
        return text if len(text) <= _MOST else f"{text[:_MOST]}…"

    def fault(
        self, status: int, message: str, code: str = "", headers: Mapping[str, str] | None = None
    ) -> Fault:
        """Return what an error status means."""
        kind = self._kind(status, f"{code} {message}")
        # Of a refused key even parts are not repeated, as endpoints do.
        detail = "" if kind == "key" else self.clean(message)
        return Fault(kind, detail, status, retry_after((headers or {}).get("retry-after")))

    def said(self, message: str) -> Fault:
        """Return what an error inside a stream means."""
        about = self._about(message)
        return Fault(about or "broken", self.clean(message))

    def _kind(self, status: int, text: str) -> FaultKind:
        if status in (400, 404, 422, 429) or status >= 500:
            about = self._about(text)
            if about and not (about == "context" and status == 429):
                return about
        if status >= 500 and status not in _BY_STATUS:
            return "broken"
        return _BY_STATUS.get(status, "refused")

    def _about(self, text: str) -> FaultKind | None:
        """Return what the words tell, if anything."""
        kinds: tuple[tuple[str, FaultKind], ...] = (
            ("quota", "quota"),
            ("model", "missing"),
            ("context", "context"),
        )
        for name, kind in kinds:
            if any(re.search(p, text, re.IGNORECASE) for p in endpoint_words().refusals[name]):
                return kind
        return None
