"""A question after another one: made whole from the last plan, or left as it is.

Where it fits in several ways or in none, what the question rules raise is raised.
"""

from assistant.conversation import prose
from assistant.conversation.asked import MEASURES, SCOPES, Asked
from assistant.conversation.columns import read_with_row
from assistant.conversation.fragment import Fragment, read_fragment
from assistant.conversation.insisting import insist_on_old
from assistant.conversation.marks import Marked
from assistant.conversation.overlay import overlay
from assistant.conversation.readback import read_back
from assistant.conversation.turns import Turn
from assistant.names import Names
from assistant.plan import Plan, Refusal
from assistant.understand import understand
from assistant.understand.phrase import AmbiguousError, DeclinedError

_SUMS = ("aggregate", "weak_sum", "group", "levels", "each", "all")
_ASKING = (
    "level", "which", "superlative", "limit", "order", "ranking", "aggregate", "weak_sum", "group",
    "levels", "have", "both", "more", "compare", "than",
)  # fmt: skip
# What the rules refuse for what it is; no history makes it answerable.
_FINAL = ("not_in_reports", "forecast", "opinion", "instruction")


def followed(asked: Asked, turn: Turn, names: Names) -> str:
    """Return what the question is after the last turn, "" when that changes nothing."""
    if asked.whole.refusal and asked.whole.refusal.code in _FINAL:
        return ""
    if asked.marked.old:
        _insist_on_old(asked, turn, names)
    if prose.is_prose(asked.tokens):
        return prose.made_whole(asked.marked, turn, names)
    if turn.plan is None:
        alone = asked.whole.plan or asked.complete
        return "" if alone else prose.moved(asked.marked, turn, names)
    plan = _plan(asked, turn, names)
    if plan is None:
        return _alone(asked, names)
    text = read_back(plan, names)
    if text == "":
        raise _unwritten(asked)
    return text


def _alone(asked: Asked, names: Names) -> str:
    """Return a question that stands on its own without an opening the rules do not know."""
    known = understand(asked.question, names)
    opened = known.plan is None and asked.whole.plan is not None
    return asked.marked.rest if opened else ""


def _insist_on_old(asked: Asked, turn: Turn, names: Names) -> None:
    """Decline 把X换成Y where X is not read whole, or was not asked about."""
    if turn.plan is None:
        raise _unwritten(asked)
    insist_on_old(read_fragment(Marked(asked.marked.old, frozenset()), names), turn.plan)


def _unwritten(asked: Asked) -> DeclinedError:
    message = "没有读懂这句话怎样接上一问，因此不作答。请把问题说完整再问。"
    parts = (asked.marked.rest,)
    return DeclinedError(Refusal(code="unread", message=message, parts=parts))


def _plan(asked: Asked, turn: Turn, names: Names) -> Plan | None:
    """Return the plan of a follow-up, None when the question stands on its own."""
    own = asked.whole.plan
    if own is not None and asked.marked.has("many") and own.operation in ("list", "count", "rank"):
        return _inherited(own, turn, narrows=True)
    if own is not None and not asked.points:
        if _sums_all(asked, own):
            return _placeless(asked, turn, names)
        if not asked.tied:
            return None
        if asked.complete or asked.whole.refused_part:
            return _with_years(own, turn)
    if own is None and not asked.points and (asked.complete or _is_own(asked, turn)):
        return None
    fragment = read_with_row(asked.marked, turn, names)
    assert turn.plan is not None
    _insist_on_year(asked, turn.plan, names)
    if asked.whole.refusal and asked.whole.refusal.code == "tamper" and _sets(fragment):
        return None
    if own is not None and not asked.points and own.operation not in ("lookup", "aggregate"):
        return _inherited(own, turn, narrows=False)
    return overlay(fragment, turn, names)


def _insist_on_year(asked: Asked, last: Plan, names: Names) -> None:
    """Ask whether 那2000呢 after 超过1000件 is a year or another number."""
    bare = [t.text for t in asked.tokens if t.year and not t.sure and t.year not in names.years]
    if bare and last.conditions and not asked.has(*MEASURES):
        raise AmbiguousError((f"{bare[0]}年", f"把要比较的数换成{bare[0]}"))


def _is_own(asked: Asked, turn: Turn) -> bool:
    """Tell a question of its own that the rules asked back from a bare place, year or measure."""
    if asked.has("library"):
        return True
    if asked.tied or not asked.whole.choices:
        return False
    slots = (("place", "bureau"), ("year",), MEASURES)
    named = sum(asked.has(*kinds) for kinds in slots)
    about_one = turn.plan is not None and turn.plan.operation in ("lookup", "change", "compare")
    counts = any(token.value("how_many") == "body" for token in asked.tokens)
    return counts or asked.has(*_ASKING) or not (named == 1 or about_one)


def _sets(fragment: Fragment) -> bool:
    """Tell whether a number is put in place of another (把许可改成9999)."""
    return fragment.number is not None or any(b.comparator == "eq" for b in fragment.bounds)


def _sums_all(asked: Asked, own: Plan) -> bool:
    """Tell whether the rules took a question without a place for the sum of all reports."""
    return own.operation == "aggregate" and not asked.has(*SCOPES, *_SUMS)


def _placeless(asked: Asked, turn: Turn, names: Names) -> Plan | None:
    """Return 那行政处罚多少件 for the last place; ask where nothing ties it to that place."""
    assert turn.plan is not None
    if not turn.plan.scope.places:
        return None
    plan = overlay(read_with_row(asked.marked, turn, names), turn, names)
    if asked.tied:
        return plan
    text = read_back(plan, names)
    raise AmbiguousError(filter(None, (text, f"{asked.question}（库中各报告合计）")))


def _with_years(own: Plan, turn: Turn) -> Plan | None:
    """Give a complete question that opens with 那 the last year; None when it needs none."""
    assert turn.plan is not None
    years = turn.plan.scope.years
    named = own.scope.years or any(place.years for place in own.scope.places)
    if named or len(years) != 1 or not own.measures or own.operation == "change":
        return None
    return own.model_copy(update={"scope": own.scope.model_copy(update={"years": years})})


def _inherited(own: Plan, turn: Turn, *, narrows: bool) -> Plan | None:
    """Give a question of its own the scope of the last one where it names none.

    With `narrows` (这些镇里…) it looks only at what met the last conditions.
    """
    assert turn.plan is not None
    last, scope = turn.plan.scope, own.scope
    if narrows:
        own = _narrowed(own, turn.plan)
    if own.operation in ("check", "inventory", "comparable") or own.operation == "change":
        return None
    update = {
        "years": scope.years or last.years,
        "places": scope.places or last.places,
        "levels": scope.levels or last.levels,
        "kinds": scope.kinds or last.kinds,
        "excluded": scope.excluded or last.excluded,
    }
    return own.model_copy(update={"scope": scope.model_copy(update=update)})


def _narrowed(own: Plan, last: Plan) -> Plan:
    """Return the conditions of both questions together."""
    lists = ("list", "count")
    if last.operation not in lists or "any" in (own.match, last.match):
        message = "上一个回答不是按条件列出的，还不能在它的结果里再筛选。请把问题说完整再问。"
        raise DeclinedError(Refusal(code="unread", message=message, parts=("这些",)))
    conditions = (*last.conditions, *own.conditions)
    if own.operation == "rank":
        return own.model_copy(update={"conditions": conditions})
    measures = tuple(dict.fromkeys([c.measure for c in conditions] + [*own.measures]))
    return own.model_copy(update={"conditions": conditions, "measures": measures})
