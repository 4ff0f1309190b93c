"""The published functions as HTML: what each takes and gives, and examples to copy."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from assistant.markup import Html, tag
from assistant.page.views.parts import block
from assistant.page.words import Words
from assistant.published.tables import Parameter, functions, parameters_of, results_of

_NOTES = {"python": "api.python_note", "curl": "api.curl_note", "mcp": "api.mcp_note"}


def api_view(say: Words) -> Html:
    """Return how other programs use the library."""
    parts = [part for name in functions() for part in _function(name, say)]
    examples = [part for name, code in _examples().items() for part in _example(name, code, say)]
    return block(tag("div", tag("p", say("api.intro")), *parts, *examples, class_="api"))


def _function(name: str, say: Words) -> Iterator[Html]:
    """Yield one function: its name, what it is for, its parameters, what it returns."""
    title, meaning = functions(say.language)[name]
    yield tag("h3", tag("code", f"/{name}"), f" {title}")
    yield tag("p", meaning)
    taken = parameters_of(name, say.language).values()
    yield _table(
        (say("api.column"), say("api.bounds"), say("api.meaning")),
        [(tag("code", p.name), _bounds(p, say), _meaning(p, say)) for p in taken],
        f"{name} {say('api.column')}",
    )
    given = results_of(name, say.language)
    yield _table(
        (say("api.field"), say("api.meaning")),
        [(tag("code", field), meaning) for field, _, meaning in given],
        f"{name} {say('api.field')}",
    )


def _example(name: str, code: str, say: Words) -> Iterator[Html]:
    """Yield an example with what must be known of it."""
    yield tag("h3", say(f"api.{name}"))
    yield tag("p", say(_NOTES[name]))
    copy = tag(
        "button", say("page.copy"), type="button", class_="link",
        data_copy=f"api-{name}", data_copied=say("page.copied"),
    )  # fmt: skip
    yield tag("p", copy)
    yield tag("pre", tag("code", code.strip(), id=f"api-{name}"), tabindex=0)


def _bounds(parameter: Parameter, say: Words) -> str:
    """Return how small and how large a parameter may be."""
    if parameter.most is None:
        return "" if parameter.least is None else f"≥ {parameter.least}"
    if parameter.least is None:
        return say("api.most", most=f"{parameter.most:,}")
    return say("api.range", least=parameter.least, most=f"{parameter.most:,}")


def _meaning(parameter: Parameter, say: Words) -> str:
    """Return the meaning of a parameter, and where it is known if not everywhere."""
    only = say.get(f"api.only_{parameter.only}") if parameter.only else ""
    return f"{parameter.meaning}（{only}）" if only else parameter.meaning


def _table(titles: tuple[str, ...], rows: list[tuple[Html | str, ...]], name: str) -> Html:
    """Return a plain table; it scrolls for itself on a narrow screen."""
    head = tag("tr", *(tag("th", title, scope="col") for title in titles))
    body = (tag("tr", *(tag("td", one) for one in row)) for row in rows)
    inside = tag("table", tag("thead", head), tag("tbody", *body))
    return tag("div", inside, class_="wide", tabindex=0, role="region", aria_label=name)


@cache
def _examples() -> dict[str, str]:
    """Return the examples by name, in order."""
    text = files(__package__ or __name__).joinpath("api.toml").read_text("utf-8")
    found: dict[str, str] = tomllib.loads(text)
    return found
