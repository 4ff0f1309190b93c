"""`extract`: a report, a JSON Schema and perhaps a model to data with a span for every value."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.extraction.ask import Asker, Form, form_of
from assistant.extraction.claims import Verdict, claim_of, grounds_of, refused
from assistant.extraction.conform import breaches
from assistant.extraction.identity import identity_verdict
from assistant.extraction.items import (
    Item,
    item_data,
    item_results,
    keep_items,
    passed_over,
    pointer,
)
from assistant.extraction.plain import plain_verdict
from assistant.extraction.record import Dropped, Extraction, FieldResult
from assistant.extraction.relevant import sources_for_array, sources_for_leaf
from assistant.extraction.schema import Group, Items, Leaf, Node, arrays_of, leaves_of, read_schema
from assistant.extraction.sources import Source, numbered_sources
from assistant.extraction.support import judge
from assistant.model_reply import Model, ModelError, Usage, model_record
from assistant.prompts import Prompts
from index.model import Report

_TOGETHER = 6
_NO_MODEL = "没有设置语言模型"
_NOTHING = "报告里没有与该字段有关的文字"
_UNPROVEN = "模型给出的各项都没有得到证明"
_SILENT = "模型没有从报告里找到"


def extract(
    report: Report,
    schema: Mapping[str, Any],
    model: Model | None,
    prompts: Prompts,
    progress: Callable[[str], None] = lambda _: None,
) -> Extraction:
    """Return the values of `schema` in `report`, each proven at its place, or null with the reason.

    Fields that plainly name a statutory cell or the report's identity need no model. Raises
    MisuseError for a schema that cannot be extracted.
    """
    return _Run(report, schema, model, prompts, progress).result()


class _Run:
    """One extraction: what is known so far, and what went wrong."""

    def __init__(
        self, report: Report, schema: Mapping[str, Any], model: Model | None, prompts: Prompts,
        progress: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._schema = schema
        self._root = read_schema(schema)
        self._grounds = grounds_of(report, numbered_sources(report))
        self._model = model
        self._since = model.usage if model else Usage()
        self._asker = Asker(model, prompts, progress) if model else None
        self._verdicts: dict[tuple[str, ...], Verdict] = {}
        self._items: dict[tuple[str, ...], tuple[Item, ...]] = {}
        self._unread: dict[tuple[str, ...], Verdict] = {}
        self._empty: dict[tuple[str, ...], Verdict] = {}
        self._dropped: list[Dropped] = []
        self._missed: list[Source] = []
        self._broken = ""

    def result(self) -> Extraction:
        """Return the extraction."""
        left = [leaf for leaf in leaves_of(self._root) if not self._settle(leaf)]
        for at in range(0, len(left), _TOGETHER):
            self._ask_leaves(left[at : at + _TOGETHER])
        for array in arrays_of(self._root):
            self._ask_array(array)
        data = self._data(self._root)
        invalid = breaches(self._schema, data)
        failures = self._asker.failures if self._asker else []
        return Extraction(
            schema_sha256=schema_hash(self._schema),
            data=data,
            fields=tuple(self._results()),
            dropped=tuple(self._dropped),
            complete=not (failures or self._broken or self._unread or self._lacks_model()),
            valid=not invalid,
            invalid=invalid,
            warnings=tuple(self._warnings()),
            model=self._record(),
            failed=bool(self._broken),
        )

    def _settle(self, leaf: Leaf) -> bool:
        """Fill a field that needs no model, or that none can prove; tell whether it is done."""
        found = identity_verdict(leaf, self._grounds) or plain_verdict(leaf, self._grounds)
        if found is None and self._asker is None:
            found = refused(_NO_MODEL, "no_model")
        if found is None and not sources_for_leaf(leaf, self._grounds):
            found = refused(_NOTHING, "not_found")
        if found is not None:
            self._verdicts[leaf.path] = found
        return found is not None

    def _ask_leaves(self, leaves: Sequence[Leaf]) -> None:
        """Ask for a few fields together, and keep what is proven."""
        form = Form({f"f{i}": leaf for i, leaf in enumerate(leaves, 1)}, {})
        sources = {s for leaf in leaves for s in sources_for_leaf(leaf, self._grounds)}
        replies = self._replies(form, sorted(sources, key=lambda s: s.start), many=False)
        for key, leaf in form.leaves.items():
            claims = [c for reply in replies if (c := claim_of(reply.get(key)))]
            verdicts = [judge(leaf, claim, self._grounds) for claim in claims]
            self._verdicts[leaf.path] = self._settled(verdicts)

    def _settled(self, verdicts: list[Verdict]) -> Verdict:
        """Return the one value that was proven, over all parts."""
        proven = [v for v in verdicts if v.value is not None]
        if len({(type(v.value), v.value) for v in proven}) > 1:
            said = "、".join(dict.fromkeys(str(v.value) for v in proven))
            return refused(f"报告各部分给出的值不同：{said[:200]}", "conflict")
        if proven:
            return proven[0]
        if self._broken:
            return refused(f"模型没有回答：{self._broken}", "failed")
        return verdicts[-1] if verdicts else refused(_SILENT, "not_found")

    def _ask_array(self, array: Items) -> None:
        """Fill an array over all parts of its sources."""
        self._items[array.path] = ()
        if self._asker is None:
            self._unread[array.path] = refused(_NO_MODEL, "no_model")
            return
        sources = sources_for_array(array, self._grounds)
        replies = self._replies(form_of(array.item), sources, many=True)
        given = [item for reply in replies for item in reply.get("items", [])]
        kept = keep_items(array, given, self._grounds)
        self._items[array.path] = kept.items
        self._dropped += kept.dropped
        self._missed += passed_over(sources, kept.items)
        if self._broken:
            self._unread[array.path] = refused(f"模型没有回答：{self._broken}", "failed")
        elif not kept.items:
            reason = _UNPROVEN if given else _SILENT if sources else _NOTHING
            self._empty[array.path] = refused(reason, "unsupported" if given else "not_found")

    def _replies(
        self, form: Form, sources: Sequence[Source], *, many: bool
    ) -> list[dict[str, Any]]:
        if self._asker is None or self._broken or not sources:
            return []
        try:
            return self._asker.fill(form, sources, many=many)
        except ModelError as error:
            self._broken = str(error)
            return []

    def _data(self, node: Node) -> Any:
        if isinstance(node, Leaf):
            return self._verdicts[node.path].value
        if isinstance(node, Items):
            return [item_data(node.item, item) for item in self._items[node.path]]
        return {name: self._data(inner) for name, inner in node.fields}

    def _results(self) -> list[FieldResult]:
        """Return all fields in the order of the schema, arrays item by item."""
        found = []
        for node in _in_order(self._root):
            at = pointer("", node.path)
            if isinstance(node, Items):
                lacking = self._unread.get(node.path) or self._empty.get(node.path)
                found += [_result(at, lacking)] if lacking else []
                for number, item in enumerate(self._items[node.path]):
                    found += item_results(item, f"{at}/{number}")
            else:
                found.append(_result(at, self._verdicts[node.path]))
        return found

    def _warnings(self) -> list[str]:
        found = [
            f"像是写给模型的指令，没有采用：“{s.text[:60]}”（{s.start}–{s.end}）"
            for s in self._grounds.sources.aside
        ]
        failures = self._asker.failures if self._asker else []
        found += [f"有一部分没有读成（{'、'.join(f.sources[:6])}）：{f.reason}" for f in failures]
        found += [
            f"原文逐条列出的这一条没有被取用，可能有遗漏：“{s.text[:60]}”（{s.start}–{s.end}）"
            for s in self._missed
        ]
        if self._broken:
            found.append(f"模型没有回答：{self._broken}")
        used = {s.metric for v in self._verdicts.values() for s in v.spans}
        checks = [c for c in self._grounds.report.checks if c.status == "fail"]
        found += [f"勾稽不符（{c.rule}）：{c.message}" for c in checks if used & set(c.metrics)]
        return list(dict.fromkeys(found))

    def _lacks_model(self) -> bool:
        return any(v.status == "no_model" for v in self._verdicts.values())

    def _record(self) -> dict[str, Any] | None:
        if self._model is None or self._asker is None or self._model.usage == self._since:
            return None
        return model_record(self._model, [self._asker.prompt_id], self._since)


def schema_hash(schema: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a schema, the order of its keys aside."""
    text = json.dumps(schema, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _result(path: str, verdict: Verdict) -> FieldResult:
    return FieldResult(path=path, value=verdict.value, status=verdict.status,
                       reason=verdict.reason, spans=verdict.spans)  # fmt: skip


def _in_order(node: Node) -> list[Leaf | Items]:
    if not isinstance(node, Group):
        return [node]
    return [found for _, inner in node.fields for found in _in_order(inner)]
