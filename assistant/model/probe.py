"""Finds out once what an endpoint can do; a way of asking counts only if its reply is valid."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.model.ladder import LADDER, mode_extras, mode_messages
from assistant.model.line import Line
from assistant.model.profile import Profile
from assistant.model.tables import endpoint_words
from assistant.model.tokens import SAFE_RATE, measured_rate
from assistant.model.validate import InvalidReplyError, valid_data
from assistant.model.wire import Fault, Request, Whole
from assistant.model_reply import Mode
from assistant.prompts import Message

_ENOUGH, _LONG, _MOST = 16, 1500, 200
# Plain Chinese of some length: its token count tells how the endpoint counts Chinese.
_TEXT = (
    "大河镇在年度报告里说明：全年受理群众提出的信息公开申请，按时答复，没有发生行政复议和行政诉讼。"
    "存在的主要问题是公开的内容不够及时，工作人员的业务水平有待提高；下一步将加强培训，完善制度，"
    "推进基层政务公开标准化规范化建设，及时回应社会关切。"
)
_PLAIN = (Message("user", f"{_TEXT}\n只回答一个字：好。"),)
_FORM = (Message("user", "原文：大河镇全年受理申请六件。请按要求的格式给出镇名和件数。"),)
# As the chains ask: all required, nullable. Its names are nowhere in the text, so that a reply in
# this form shows that the form was conveyed.
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "town": {"type": "string", "description": "镇名"},
        "count": {"type": ["integer", "null"], "description": "件数"},
    },
    "required": ["town", "count"],
    "additionalProperties": False,
}
# What may have to be left away for an endpoint to accept a plain request, likeliest first.
_MANNERS: tuple[dict[str, Any], ...] = (
    {},
    {"usage": False},
    {"limit": "max_completion_tokens"},
    {"temperature": False},
    {"limit": "max_completion_tokens", "temperature": False},
    {"stream": False, "usage": False},
    {"stream": False, "usage": False, "limit": "max_completion_tokens", "temperature": False},
)
_TRY_ANOTHER = ("refused", "garbled", "cut", "context")


def profile_extras(profile: Profile, most: int) -> dict[str, Any]:
    """Return the fields of every request's body, as this endpoint takes them."""
    extras: dict[str, Any] = {profile.limit: most}
    if profile.temperature:
        extras["temperature"] = 0
    if profile.switch:
        extras.update(endpoint_words().switches[profile.switch])
    return extras


def probe(line: Line) -> Profile:
    """Return what the endpoint can do; raises Fault when it cannot be talked to at all."""
    entries = _listed(line)
    start = Profile(
        address=line.endpoint.address, model=line.endpoint.name, probed=int(time.time())
    )
    profile, reply = _manners(line, start)
    profile = _thinking(line, profile, reply)
    profile, reply = _counting(line, profile, reply)
    modes = tuple(mode for mode in LADDER if _works(line, profile, mode))
    return profile.model_copy(
        update={
            "modes": modes,
            "listed": _named(entries, line.endpoint.name),
            **_context(entries, line.endpoint.name),
            **_rate(reply),
        }
    )


def _listed(line: Line) -> Sequence[Mapping[str, Any]] | None:
    """Return the entries of /models; None when the endpoint has no such list."""
    try:
        return line.endpoint.listed()
    except Fault as fault:
        if fault.kind in ("unreachable", "silent", "late"):
            raise
        return None


def _manners(line: Line, profile: Profile) -> tuple[Profile, Whole]:
    """Return how the endpoint wants to be asked, and its first reply."""
    first: Fault | None = None
    for manner in _MANNERS:
        tried = profile.model_copy(update=manner)
        try:
            reply = _ask(line, tried, _PLAIN, _ENOUGH)
        except Fault as fault:
            if fault.kind not in _TRY_ANOTHER:
                raise
            first = first or fault
            continue
        seconds = round(reply.first_seconds, 3)
        return tried.model_copy(update={"first_seconds": seconds}), reply
    raise first or Fault("garbled")


def _thinking(line: Line, profile: Profile, reply: Whole) -> Profile:
    """Return the profile with thinking switched off, where the model was seen to think."""
    if reply.finish == "length" and not reply.thought:
        # One word was asked for: what goes on may be thinking without an opening tag.
        reply = _ask(line, profile, _PLAIN, _LONG)
    if not reply.thought:
        return profile
    for switch in endpoint_words().switches:
        tried = profile.model_copy(update={"switch": switch, "thinking": "off"})
        try:
            again = _ask(line, tried, _PLAIN, _ENOUGH)
        except Fault as fault:
            if fault.kind not in _TRY_ANOTHER:
                raise
            continue
        if not again.thought and again.text and again.finish != "length":
            return tried
    return profile.model_copy(update={"thinking": "open" if reply.opened else "on"})


def _counting(line: Line, profile: Profile, reply: Whole) -> tuple[Profile, Whole]:
    """Return the profile that has tokens counted: without a count, cut input goes unseen."""
    if reply.prompt_tokens or not profile.stream:
        return profile, reply
    tried = profile.model_copy(update={"whole": True})
    try:
        again = _ask(line, tried, _PLAIN, _ENOUGH)
    except Fault as fault:
        if fault.kind not in _TRY_ANOTHER:
            raise
        return profile, reply
    return (tried, again) if again.prompt_tokens else (profile, reply)


def _works(line: Line, profile: Profile, mode: Mode) -> bool:
    """Tell whether asking in this way gives a reply that fits the schema."""
    messages = mode_messages(_FORM, mode, _SCHEMA)
    most = _LONG if profile.thinking in ("on", "open") else _MOST
    try:
        reply = _ask(line, profile, messages, most, mode_extras(mode, _SCHEMA))
        valid_data(reply, _SCHEMA)
    except InvalidReplyError:
        return False
    except Fault as fault:
        if fault.kind in (*_TRY_ANOTHER, "broken", "missing"):
            return False
        raise
    return True


def _ask(
    line: Line,
    profile: Profile,
    messages: tuple[Message, ...],
    most: int,
    extras: Mapping[str, Any] | None = None,
) -> Whole:
    body = {**profile_extras(profile, most), **(extras or {})}
    streamed = profile.stream and not profile.whole
    request = Request(messages, body, streamed, profile.usage)
    inside = profile.thinking == "open"
    try:
        return line.reply(request, inside)
    except Fault as fault:
        if fault.kind != "cut":
            raise
    # Another program's request may have ended this one; twice is the endpoint's way.
    return line.reply(request, inside)


def _named(entries: Sequence[Mapping[str, Any]] | None, name: str) -> bool | None:
    """Tell whether the list names the model; None when there is no list."""
    return any(entry.get("id") == name for entry in entries) if entries else None


def _context(entries: Sequence[Mapping[str, Any]] | None, name: str) -> dict[str, Any]:
    """Return the context size that the list states, else the safe one."""
    found = [
        value
        for entry in entries or ()
        if entry.get("id") == name
        for part in (entry, *(value for value in entry.values() if isinstance(value, Mapping)))
        for field in endpoint_words().context_fields
        if isinstance(value := part.get(field), int) and value > 0
    ]
    if found:
        return {"context": min(found), "context_from": "endpoint"}
    return {"context": endpoint_words().default_context, "context_from": "default"}


def _rate(reply: Whole) -> dict[str, Any]:
    """Return the tokens of a Chinese character, as far as the endpoint counts them."""
    rate = measured_rate(_PLAIN[0].content, reply.prompt_tokens)
    return {"rate": SAFE_RATE if rate is None else rate, "measured": rate is not None}
