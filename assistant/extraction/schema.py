"""A JSON Schema as fields to fill: bounded, local references only; knows no report and no model.

What code cannot prove in a text (open maps, tuples, alternatives of several kinds) is refused by
name. Titles and descriptions are data: they are cut to a length and never followed.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from index.errors import MisuseError
from index.model import Frozen

Kind = Literal["string", "integer", "number", "boolean", "date", "enum"]
Schema = Mapping[str, Any]

_DEEPEST, _MOST_LEAVES, _LARGEST, _LONGEST, _MOST_WORDS = 10, 300, 200_000, 200, 100
_REFUSED = (
    "not", "if", "then", "else", "patternProperties", "prefixItems", "dependentSchemas",
    "dependentRequired", "contains", "unevaluatedProperties", "unevaluatedItems", "$dynamicRef",
    "propertyNames", "additionalItems",
)  # fmt: skip
_NO_TEXT_FORMATS = ("date-time", "time", "duration")
_KINDS: dict[str, Kind] = {
    "string": "string", "integer": "integer", "number": "number", "boolean": "boolean",
}  # fmt: skip


class Words(Frozen):
    """What a schema says of a field: its own words, and those of the fields around it."""

    own: tuple[str, ...] = ()
    around: tuple[str, ...] = ()


class Leaf(Frozen):
    """A field with one value; `path` are property names, "*" for the items of an array."""

    path: tuple[str, ...]
    kind: Kind
    words: Words
    nullable: bool
    enum: tuple[str, ...] = ()


class Group(Frozen):
    """An object: its properties in order."""

    path: tuple[str, ...]
    fields: tuple["tuple[str, Leaf | Group | Items]", ...]


class Items(Frozen):
    """An array: what each of its items is."""

    path: tuple[str, ...]
    words: Words
    item: "Leaf | Group | Items"


Node = Leaf | Group | Items


class _Place(NamedTuple):
    """Where a schema stands: its path, the words around it, the references being followed."""

    path: tuple[str, ...]
    around: tuple[str, ...]
    following: tuple[str, ...] = ()
    name: str = ""

    @property
    def shown(self) -> str:
        """The path as a user reads it."""
        return "/" + "/".join(self.path)


class _Reader:
    """Reads one schema; counts its fields."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._leaves = 0

    def read(self, schema: Any, place: _Place) -> Node:
        """Return the field that `schema` describes."""
        if len(place.path) > _DEEPEST:
            raise MisuseError(f"模式嵌套超过 {_DEEPEST} 层：{place.shown!r}。请改浅后重试。")
        schema, nullable, place = self._plain(schema, place)
        for key in _REFUSED:
            if key in schema:
                raise _unsupported(key, place)
        if "$id" in schema and place.path:  # references below would mean another document
            raise _unsupported("$id", place)
        if "enum" in schema or "const" in schema:
            return self._choice(schema, nullable, place)
        kind = schema.get("type")
        if kind == "object" or (kind is None and "properties" in schema):
            return self._object(schema, place)
        if kind == "array" or (kind is None and "items" in schema):
            return self._array(schema, place)
        return self._leaf(schema, kind, nullable, place)

    def _plain(self, schema: Any, place: _Place) -> tuple[dict[str, Any], bool, _Place]:
        """Return the schema with references, null and lone alternatives taken out."""
        nullable = False
        while True:
            if not isinstance(schema, Mapping):
                raise _unsupported(f"{schema!r:.40}", place)
            schema = dict(schema)
            if "$ref" in schema:
                schema, place = self._follow(schema, place)
                continue
            several = next((k for k in ("anyOf", "oneOf", "allOf") if k in schema), None)
            if several:
                options, empty = _without_null(schema.pop(several))
                nullable = nullable or (empty and several != "allOf")
                schema = _one_of(options, several, place) | schema
                continue
            kinds = schema.get("type")
            if isinstance(kinds, list):
                nullable = nullable or "null" in kinds
                schema["type"] = _one_type([k for k in kinds if k != "null"], place)
            return schema, nullable, place

    def _follow(self, schema: dict[str, Any], place: _Place) -> tuple[dict[str, Any], _Place]:
        """Return what a local reference means, the words beside it kept."""
        ref = schema.pop("$ref")
        if not isinstance(ref, str) or not ref.startswith("#/"):
            raise _unsupported(f"$ref {ref!r}（只支持本文件内的引用）", place)
        if ref in place.following:
            raise _unsupported(f"$ref {ref!r}（引用自身）", place)
        target: Any = self._root
        for part in ref[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, Mapping) or key not in target:
                raise MisuseError(f"模式里的引用 {ref!r} 没有定义。请检查 $defs。")
            target = target[key]
        if not isinstance(target, Mapping):
            raise _unsupported(f"$ref {ref!r}", place)
        return dict(target) | schema, place._replace(following=(*place.following, ref))

    def _choice(self, schema: dict[str, Any], nullable: bool, place: _Place) -> Leaf:
        values = schema.get("enum", [schema.get("const")])
        if not isinstance(values, list) or len(values) > _MOST_WORDS:
            raise _unsupported(f"enum（至多 {_MOST_WORDS} 个值）", place)
        words = [v for v in values if v is not None]
        nullable = nullable or len(words) < len(values)
        if not words or not all(isinstance(v, str) and v for v in words):
            raise _unsupported("enum（只支持文字）", place)
        leaf = self._leaf({**schema, "type": "string", "format": ""}, "string", nullable, place)
        return leaf.model_copy(update={"kind": "enum", "enum": tuple(words)})

    def _leaf(self, schema: dict[str, Any], kind: Any, nullable: bool, place: _Place) -> Leaf:
        form = schema.get("format", "")
        if kind not in _KINDS or form in _NO_TEXT_FORMATS:
            raise _unsupported(
                f"type {kind!r}" if kind not in _KINDS else f"format {form!r}", place
            )
        self._leaves += 1
        if self._leaves > _MOST_LEAVES:
            raise MisuseError(f"模式超过 {_MOST_LEAVES} 个字段。请分成几个模式。")
        date = kind == "string" and form == "date"
        return Leaf(
            path=place.path,
            kind="date" if date else _KINDS[kind],
            words=Words(own=_own_words(schema, place.name), around=place.around),
            nullable=nullable,
        )

    def _object(self, schema: dict[str, Any], place: _Place) -> Group:
        properties = schema.get("properties")
        if isinstance(schema.get("additionalProperties"), Mapping):
            raise _unsupported("additionalProperties（键名不固定的对象）", place)
        if not isinstance(properties, Mapping) or not properties:
            raise _unsupported("没有 properties 的对象", place)
        # What the whole schema is called says nothing of one field.
        own = _own_words(schema, place.name) if place.path else ()
        around = (*place.around, *own)
        return Group(
            path=place.path,
            fields=tuple(
                (name, self.read(inner, self._inside(place, str(name), around)))
                for name, inner in properties.items()
            ),
        )

    def _array(self, schema: dict[str, Any], place: _Place) -> Items:
        own = _own_words(schema, place.name)
        around = (*place.around, *own)
        item = self.read(schema.get("items"), self._inside(place, "*", around))
        return Items(path=place.path, words=Words(own=own, around=place.around), item=item)

    def _inside(self, place: _Place, name: str, around: tuple[str, ...]) -> _Place:
        own = "" if name == "*" else name
        return _Place((*place.path, name), around, place.following, own)


def read_schema(schema: Schema) -> Node:
    """Return the fields of a JSON Schema; raises MisuseError for what cannot be extracted."""
    from jsonschema import Draft202012Validator, SchemaError

    try:
        size = len(json.dumps(schema, ensure_ascii=False))
        if size > _LARGEST:
            raise MisuseError(f"模式有 {size} 字，超过 {_LARGEST} 字。请分成几个模式。")
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise MisuseError(f"不是有效的 JSON Schema：{error.message:.200}") from error
    except (TypeError, ValueError, RecursionError) as error:
        raise MisuseError(f"模式写不成 JSON：{error}") from error
    return _Reader(schema).read(schema, _Place((), ()))


def leaves_of(node: Node) -> tuple[Leaf, ...]:
    """Return the leaves under a node, those of arrays left out."""
    if isinstance(node, Leaf):
        return (node,)
    if isinstance(node, Items):
        return ()
    return tuple(leaf for _, inner in node.fields for leaf in leaves_of(inner))


def arrays_of(node: Node) -> tuple[Items, ...]:
    """Return the outermost arrays under a node."""
    if isinstance(node, Items):
        return (node,)
    if isinstance(node, Leaf):
        return ()
    return tuple(items for _, inner in node.fields for items in arrays_of(inner))


def _unsupported(what: str, place: _Place) -> MisuseError:
    return MisuseError(f"模式的 {place.shown!r} 用了不支持的写法：{what}。请改用固定的字段。")


def _own_words(schema: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the name, title and description of a field, each cut to a length."""
    said = (name, schema.get("title", ""), schema.get("description", ""))
    return tuple(dict.fromkeys(s[:_LONGEST] for s in said if isinstance(s, str) and s.strip()))


def _without_null(options: Any) -> tuple[list[Any], bool]:
    options = options if isinstance(options, list) else [options]
    kept = [o for o in options if not (isinstance(o, Mapping) and o.get("type") == "null")]
    return kept, len(kept) < len(options)


def _one_of(options: list[Any], several: str, place: _Place) -> dict[str, Any]:
    """Return the only alternative; a number that may also come as text counts as a number."""
    if len(options) == 1 and isinstance(options[0], Mapping):
        return dict(options[0])
    kinds = {o.get("type") for o in options if isinstance(o, Mapping)}
    numeric = kinds & {"integer", "number"}
    if several != "allOf" and numeric and kinds <= {"integer", "number", "string"}:
        return {"type": "number" if "number" in numeric else "integer"}
    raise _unsupported(f"{several}（只支持一种类型加 null）", place)


def _one_type(kinds: list[Any], place: _Place) -> Any:
    if len(kinds) == 1:
        return kinds[0]
    if set(kinds) == {"integer", "number"}:
        return "number"
    raise _unsupported(f"type {kinds!r}", place)
