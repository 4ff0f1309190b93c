"""The questions to the model: forms to fill from numbered sources, in parts that fit its context.

A part whose reply is cut or unusable is halved and asked again; one that stays unusable is listed.
Only claims come back from here; nothing of them is believed.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from assistant.extraction.schema import Group, Items, Leaf, Node, arrays_of, leaves_of
from assistant.extraction.sources import Source
from assistant.extraction.wording import is_chinese
from assistant.model_reply import ContextError, Model, UnusableReplyError
from assistant.prompts import Message, Prompts

PROMPT = "extract_schema"
_PART_TOKENS, _SPARE, _MOST_CALLS, _DEEPEST = 2400, 64, 200, 4
_KIND_WORDS = {
    "string": "照抄的文字", "integer": "整数", "number": "数字", "boolean": "true 或 false",
    "date": "日期", "enum": "选一个",
}  # fmt: skip


class Form(NamedTuple):
    """A few fields under short keys: what a reply must look like, and which field a key means."""

    leaves: dict[str, Leaf]
    arrays: dict[str, Items]


class Failure(NamedTuple):
    """A part that gave no usable reply."""

    sources: tuple[str, ...]
    reason: str


class Asker:
    """Asks one model, part by part; counts the calls and keeps what failed."""

    def __init__(self, model: Model, prompts: Prompts, progress: Callable[[str], None]) -> None:
        self._model = model
        self._prompt = prompts[PROMPT]
        self._progress = progress
        self._calls = 0
        self.failures: list[Failure] = []

    @property
    def prompt_id(self) -> str:
        """The prompt with its version."""
        return self._prompt.id

    def fill(self, form: Form, sources: Sequence[Source], *, many: bool) -> list[dict[str, Any]]:
        """Return the replies over all parts of the sources, in their order."""
        schema = _many(form) if many else form_schema(form)
        most = min(1024 if many else 96 * len(form.leaves) + 128, self._model.context // 3)
        parts = self._parts(form, schema, sources, most, many)
        found = []
        for number, part in enumerate(parts, 1):
            self._progress(f"询问模型：第 {number}/{len(parts)} 部分，{len(part)} 个片段")
            found += self._part(form, schema, part, (most, many), 0)
        return found

    def _part(
        self, form: Form, schema: dict[str, Any], part: Sequence[Source], how: tuple[int, bool],
        depth: int,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """Return the replies over one part, halved as often as it takes."""
        most, many = how
        if self._calls >= _MOST_CALLS:
            return self._fail(part, f"询问已满 {_MOST_CALLS} 次")
        self._calls += 1
        try:
            reply = self._model.ask(self._messages(form, part, many), schema, most)
        except (UnusableReplyError, ContextError) as error:
            if len(part) < 2 or depth >= _DEEPEST:
                return self._fail(part, str(error)[:120])
            middle = len(part) // 2
            return [
                found
                for half in (part[:middle], part[middle:])
                for found in self._part(form, schema, half, how, depth + 1)
            ]
        return [reply.data] if reply.data is not None else self._fail(part, "模型没有给出 JSON")

    def _fail(self, part: Sequence[Source], reason: str) -> list[dict[str, Any]]:
        self.failures.append(Failure(tuple(source.id for source in part), reason))
        return []

    def _messages(self, form: Form, part: Sequence[Source], many: bool) -> tuple[Message, ...]:
        return self._prompt.fill(
            fields=_field_lines(form, many),
            sources="\n".join(f"[{source.id}] {source.text}" for source in part),
            example=_example(form, many),
        )

    def _parts(
        self, form: Form, schema: dict[str, Any], sources: Sequence[Source], most: int, many: bool
    ) -> list[list[Source]]:
        """Cut the sources into parts that leave room for prompt, schema and reply."""
        fixed = "".join(m.content for m in self._messages(form, (), many))
        fixed += json.dumps(schema, ensure_ascii=False)
        room = self._model.context - most - self._model.count(fixed) - _SPARE
        room = max(256, min(room, _PART_TOKENS))
        parts: list[list[Source]] = []
        used = room + 1
        for source in sources:
            size = self._model.count(f"[{source.id}] {source.text}\n")
            if used + size > room:
                parts.append([])
                used = 0
            parts[-1].append(source)
            used += size
        return parts


def form_of(node: Node) -> Form:
    """Return the form of one item of an array; an item that is a single value has the key f1."""
    leaves = {f"f{i}": leaf for i, leaf in enumerate(leaves_of(node), 1)}
    inner = arrays_of(node) if isinstance(node, Group | Items) else ()
    return Form(leaves, {f"g{i}": items for i, items in enumerate(inner, 1)})


def form_schema(form: Form) -> dict[str, Any]:
    """Return the schema of a filled form: each field null, or a value with its sources."""
    properties: dict[str, Any] = {key: _claim(leaf) for key, leaf in form.leaves.items()}
    for key, items in form.arrays.items():
        properties[key] = {"type": "array", "items": form_schema(form_of(items.item))}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _many(form: Form) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": form_schema(form)}},
        "required": ["items"],
        "additionalProperties": False,
    }


def _claim(leaf: Leaf) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "string"}
    if leaf.kind in ("integer", "number"):
        value = {"type": ["number", "string"]}
    elif leaf.kind == "boolean":
        value = {"type": "boolean"}
    elif leaf.kind == "enum":
        value = {"type": "string", "enum": list(leaf.enum)}
    claim = {
        "type": "object",
        "properties": {"value": value, "sources": {"type": "array", "items": {"type": "string"}}},
        "required": ["value", "sources"],
        "additionalProperties": False,
    }
    return {"anyOf": [claim, {"type": "null"}]}


def _field_lines(form: Form, many: bool) -> str:
    lines = [f"{key}：{_said(leaf)}（{_kind(leaf)}）" for key, leaf in form.leaves.items()]
    for key, items in form.arrays.items():
        lines.append(f"{key}：列表，每项是：")
        lines += [f"  {line}" for line in _field_lines(form_of(items.item), False).split("\n")]
    return "\n".join((["逐项列出，一项也不要漏。每一项是："] if many else []) + lines)


def _said(leaf: Leaf) -> str:
    """Return what a field is called: its Chinese words, with the nearest around it."""
    own = [t for t in leaf.words.own if is_chinese(t)] or list(leaf.words.own)
    around = [t for t in leaf.words.around if is_chinese(t)]
    words = [*around[-1:], *own] or ["值"]
    return " ".join(" ".join(text.split()) for text in words)


def _kind(leaf: Leaf) -> str:
    return _KIND_WORDS[leaf.kind] + ("：" + "/".join(leaf.enum) if leaf.enum else "")


def _example(form: Form, many: bool) -> str:
    """Return what a reply looks like, with no value that could be copied."""
    shape = "{" + ", ".join(
        [f'"{key}": {{"value": …, "sources": ["P…"]}}' for key in form.leaves]
        + [f'"{key}": [ … ]' for key in form.arrays]
    ) + "}"  # fmt: skip
    return f'{{"items": [{shape}, …]}}' if many else shape
