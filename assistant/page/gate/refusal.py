"""A request that is not let through: its status and what is said of it, in words."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from assistant.page.words import words


class Refusal(Exception):  # noqa: N818
    """Raised inside the gate where a request ends; `key` names the text in the tables of words."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(key)
        self.status, self.key, self.values = status, key, values

    def response(self, headers: Headers) -> JSONResponse:
        """Return the answer, in English to a browser that asks for English first."""
        english = headers.get("accept-language", "").lower().startswith("en")
        text = words("en" if english else "zh")(self.key, **self.values)
        return JSONResponse({"detail": text, "error": text}, self.status)
