"""Settings, endpoint, health and vectors as HTML; what it is given holds no key."""

from collections.abc import Iterable, Mapping, Sequence

from assistant.markup import Html, join, tag
from assistant.page.desks.embedding import Embedded
from assistant.page.desks.settings import OwnShown, Setting
from assistant.page.views.parts import block, cell, table
from assistant.page.words import Words
from index.store.health import Finding

_MOST_ITEMS = 20
# The doctor names the environment's variables; a visitor's own endpoint has fields instead.
_FIELDS = {
    "NIANBAO_BASE_URL": "settings.address",
    "NIANBAO_API_KEY": "settings.key",
    "NIANBAO_MODEL": "settings.model",
}


def settings_view(settings: Iterable[Setting], say: Words) -> Html:
    """Return the settings of the environment as a table."""
    titles = (say("settings.what"), say("settings.value"), say("settings.variable"))
    rows = [
        (
            cell(say(f"settings.of.{one.name.removeprefix('NIANBAO_').lower()}")),
            cell(one.value if one.held == "value" else _held(one, say)),
            cell(tag("code", one.name)),
        )
        for one in settings
    ]
    return block(
        tag("p", say("settings.environment_about"), class_="dim"),
        table(titles, rows, say("settings.environment"), say),
    )


def _held(one: Setting, say: Words) -> Html:
    return tag("span", say(f"settings.{one.held}"), class_=None if one.held == "set" else "dim")


def own_view(own: OwnShown, say: Words) -> Html:
    """Return in words which model the visitor's questions use."""
    said = say(
        f"settings.own_{own.state}", address=own.address, model=own.model,
        key=say("settings.set" if own.has_key else "settings.unset"),
    )  # fmt: skip
    return block(tag("p", said), role="status")


def findings_view(findings: Sequence[Finding], say: Words, *, own: bool = False) -> Html:
    """Return findings with their marks; `own` names the fields of the page, not the variables."""
    return block(tag("ul", *(_finding(one, say, own) for one in findings), class_="findings"))


def _finding(one: Finding, say: Words, own: bool) -> Html:
    message = one.message
    for variable, key in _FIELDS.items() if own else ():
        message = message.replace(variable, say("settings.quoted", field=say(key)))
    listed = [tag("li", item) for item in one.items[:_MOST_ITEMS]]
    if left := len(one.items) - len(listed):
        listed.append(tag("li", say("settings.more", count=left), class_="dim"))
    mark = tag("span", say(f"settings.mark_{one.status}"), class_=f"mark {one.status}")
    return tag("li", mark, tag("div", message, tag("ul", *listed) if listed else None))


def embedded_view(state: Embedded, say: Words) -> Html:
    """Return how far search by meaning is."""
    by = state.embedder or say("settings.embedder_own")
    lines = [tag("p", say("settings.embedded", done=state.passages - state.waiting,
                          all=state.passages, waiting=state.waiting, embedder=by))]  # fmt: skip
    if state.running:
        lines.append(tag("p", say("settings.embedding", done=state.done, due=state.due or "…")))
        if state.due:
            lines.append(tag("progress", value=state.done, max=state.due,
                             aria_label=say("settings.embedding_title")))  # fmt: skip
    elif state.failure:
        lines.append(tag("p", say("settings.embed_failed", why=state.failure), class_="warn"))
    return block(*lines, role="status")


def limits_view(limits: Mapping[str, object], say: Words) -> Html:
    """Return the limits of the page; each is named by its key in the table of words."""
    rows = [tag("li", say(key, value=value)) for key, value in limits.items()]
    return block(tag("ul", join(*rows)))
