"""Fields composed in a form, and the JSON Schema that they make; knows no model and no report."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from assistant.extraction.schema import read_schema
from assistant.extraction.schema_text import parse_schema
from assistant.page.desks.limits import MOST_FIELDS, MOST_SCHEMA
from assistant.page.desks.places import whole
from index.errors import MisuseError
from index.model import Frozen

Kind = Literal["text", "integer", "number", "boolean", "date", "choice", "list"]
_SHAPES: dict[Kind, dict[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "choice": {"type": "string"},
    "list": {"type": "array", "items": {"type": "string"}},
}
KINDS: tuple[Kind, ...] = tuple(_SHAPES)
MODES = ("statutory", "form", "pasted")
_LONGEST_NAME, _LONGEST_WORDS, _MOST_OPTIONS = 60, 200, 100
_BETWEEN = re.compile(r"[\n,，、;；]+")


class Field(Frozen):
    """One field of a composed schema; `options` only where one of several words is to be chosen."""

    name: str
    kind: Kind = "text"
    description: str = ""
    required: bool = False
    options: tuple[str, ...] = ()


Fields = tuple[Field, ...]


def typed_field(
    name: str | None, kind: str | None, description: str | None, required: bool,
    options: str | None,
) -> Field:  # fmt: skip
    """Return the field that was typed in; raises MisuseError when it cannot be one."""
    name, description = _line(name), _line(description)
    if not name or len(name) > _LONGEST_NAME:
        raise MisuseError(
            f"字段名要有 1–{_LONGEST_NAME} 个字，现在是 {name[:80]!r}。请改正后再加。"
        )
    if len(description) > _LONGEST_WORDS:
        raise MisuseError(f"字段 {name!r} 的说明超过 {_LONGEST_WORDS} 字。请写短一些。")
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        raise MisuseError(f"没有 {kind!r} 这种类型。请从列表里选。")
    words = [_line(word) for word in _BETWEEN.split(options or "")] if known == "choice" else []
    chosen = tuple(dict.fromkeys(filter(None, words)))
    if known == "choice" and not 1 <= len(chosen) <= _MOST_OPTIONS:
        raise MisuseError(f"选项字段 {name!r} 要写 1–{_MOST_OPTIONS} 个选项，用顿号或逗号分开。")
    return Field(name=name, kind=known, description=description, required=bool(required),
                 options=chosen)  # fmt: skip


def as_typed(field: Field) -> tuple[str, Kind, str, bool, str]:
    """Return a field as it would be typed in; what `typed_field` takes."""
    return field.name, field.kind, field.description, field.required, "、".join(field.options)


def put(fields: Fields, field: Field, at: int | None = None) -> Fields:
    """Return the fields with one more, or with the one at `at` replaced; names stand once."""
    others = [one for number, one in enumerate(fields) if number != at]
    if any(one.name == field.name for one in others):
        raise MisuseError(f"已经有字段 {field.name!r}。请换一个名字，或点“改”修改它。")
    if at is not None and at < len(fields):
        return (*fields[:at], field, *fields[at + 1 :])
    if len(fields) >= MOST_FIELDS:
        raise MisuseError(f"一个模式最多 {MOST_FIELDS} 个字段。请分成几个模式。")
    return (*fields, field)


def without(fields: Fields, at: int) -> Fields:
    """Return the fields without the one at `at`."""
    return tuple(one for number, one in enumerate(fields) if number != at)


def clicked(fields: Fields, act: Mapping[str, str]) -> tuple[Fields, int | None]:
    """Return the fields after a click on one of them, and the number of the one to edit."""
    row = whole(act.get("row", ""))
    if row is None or row >= len(fields):
        return fields, None
    return (fields, row) if act.get("do") == "edit" else (without(fields, row), None)


def with_example(fields: Fields, name: str | None) -> Fields:
    """Return the fields with those of a ready schema whose names do not stand there yet."""
    known = {field.name for field in fields}
    for field in examples().get(name or "", ()):
        fields = fields if field.name in known else put(fields, field)
    return fields


def wanted(mode: str, fields: Fields, text: str | None) -> dict[str, Any] | None:
    """Return the schema that is wanted in one of `MODES`; None for the statutory form."""
    if mode == "form":
        return composed(fields)
    return pasted(text) if mode == "pasted" else None


def pasted(text: str | None) -> dict[str, Any]:
    """Return the pasted JSON Schema; raises MisuseError that says what cannot be extracted."""
    said = (text or "").strip().lstrip("\ufeff")
    if not said:
        raise MisuseError("还没有贴 JSON Schema。请贴入模式，或改用“自己列字段”。")
    if len(said) > MOST_SCHEMA:
        raise MisuseError(f"贴入的模式有 {len(said)} 字，最多 {MOST_SCHEMA} 字。请分成几个模式。")
    schema = parse_schema(said, "贴入的模式")
    read_schema(schema)
    return schema


def composed(fields: Fields) -> dict[str, Any]:
    """Return the schema of the form, in which a field that is not required may be null.

    Raises MisuseError when it has no field yet.
    """
    if not fields:
        raise MisuseError("还没有字段。请先加一个字段，或选一个现成的模式。")
    required = [field.name for field in fields if field.required]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: _property(field) for field in fields},
    }
    schema |= {"required": required} if required else {}
    read_schema(schema)
    return schema


@cache
def examples() -> dict[str, Fields]:
    """Return the ready schemas by name."""
    text = (files("assistant.page.desks") / "examples.toml").read_text("utf-8")
    return {
        name: tuple(Field.model_validate(field) for field in one["field"])
        for name, one in tomllib.loads(text).items()
    }


def _property(field: Field) -> dict[str, Any]:
    shape = dict(_SHAPES[field.kind])
    if field.kind == "choice":
        shape["enum"] = [*field.options, *([] if field.required else [None])]
    if not field.required and field.kind != "list":
        shape["type"] = [shape["type"], "null"]
    return shape | ({"description": field.description} if field.description else {})


def _line(said: str | None) -> str:
    """Return typed text as one line without what is not seen."""
    shown = (" " if unicodedata.category(c).startswith("C") else c for c in said or "")
    return " ".join("".join(shown).split())
