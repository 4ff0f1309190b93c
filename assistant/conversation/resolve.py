"""A follow-up made whole: by the rules, and where they cannot and a model is there, by it.

What the history changes is always a question in words that the rules read whole, and it is shown.
A question that stands on its own is left as it is.
"""

from typing import NamedTuple

from assistant.conversation import prose
from assistant.conversation.columns import read_with_row
from assistant.conversation.fragment import Fragment, read_fragment
from assistant.conversation.marks import Marked, strip_marks, words_of
from assistant.conversation.overlay import insist_on_old, overlay
from assistant.conversation.rewrite import rewrite
from assistant.conversation.turns import Conversation, Resolved, Turn
from assistant.conversation.wording import write_question
from assistant.model_reply import Model, ModelError
from assistant.names import Names
from assistant.plan import Place, Plan, Refusal, Scope, Understanding
from assistant.prompts import Prompts
from assistant.understand import understand
from assistant.understand.lexer import Token, segment
from assistant.understand.phrase import AmbiguousError, DeclinedError
from assistant.understand.years import settle_bare_years
from index.normalise import squeeze

LONGEST = 60
_TIES = ("lead", "one", "many", "said", "others", "last", "first", "goes_on")
_POINTS = ("one", "last", "first")
_SCOPES = ("place", "bureau", "level", "area", "all", "library")
_MEASURES = ("row", "column", "cell", "fact", "request", "rate", "breakdown", "applicants")
_SUMS = ("aggregate", "weak_sum", "group", "levels", "each", "all")
_ASKING = (
    "level", "which", "superlative", "limit", "order", "ranking", "aggregate", "weak_sum", "group",
    "levels", "have", "both", "more", "compare", "than",
)  # fmt: skip
# What the rules refuse for what it is; no history makes it answerable.
_FINAL = ("not_in_reports", "forecast", "opinion", "instruction")


class _Asked(NamedTuple):
    """A question with all that decides whether it stands on its own."""

    question: str
    marked: Marked
    tokens: tuple[Token, ...]
    whole: Understanding

    def has(self, *kinds: str) -> bool:
        return any(token.has(*kinds) for token in self.tokens)

    @property
    def points(self) -> bool:
        """Tell whether it points at something said before (它, 第二个镇)."""
        counted = any(t.limit and t.limit[0].endswith("place") for t in self.tokens)
        if _refers_inside(self):
            return False
        many = self.marked.has("many") and not self.has("place", "bureau", "level")
        counted = counted and not self.has("superlative", "ranking")
        return self.marked.has(*_POINTS) or many or counted

    @property
    def tied(self) -> bool:
        """Tell whether its words tie it to what was said before."""
        return self.points or self.marked.has(*_TIES)

    @property
    def complete(self) -> bool:
        """Tell whether it names what is asked and of whom."""
        return self.has(*_MEASURES) and self.has(*_SCOPES)


def resolve(
    conversation: Conversation,
    question: str,
    names: Names,
    model: Model | None = None,
    prompts: Prompts | None = None,
) -> Resolved:
    """Return the question made whole by what was said before, the question itself otherwise.

    With a model and prompts, a follow-up that the rules could not place is put to the model.
    """
    found = _by_rules(conversation, question, names)
    turn = conversation.last
    declined = found.asked_back is not None and found.asked_back.refusal is not None
    if not declined or turn is None or model is None or prompts is None:
        return found
    try:
        text = rewrite(turn, question, names, model, prompts)
    except ModelError as error:
        return found.model_copy(update={"failed": str(error)})
    if not text:
        return found
    return Resolved(question=text, note=f"由语言模型接着上一问改写为“{text}”；请核对。")


def _by_rules(conversation: Conversation, question: str, names: Names) -> Resolved:
    if not question.strip() or len(question) > LONGEST:
        return Resolved(question=question)
    marked = strip_marks(question)
    asked = _asked(question, marked, names)
    turn = conversation.last
    if turn is None:
        return _first(asked)
    try:
        return _followed(asked, turn, names)
    except AmbiguousError as several:
        return _asked_back(question, Understanding(choices=tuple(dict.fromkeys(several.choices))))
    except DeclinedError as declined:
        if _stands(asked, names):
            return Resolved(question=question)
        return _asked_back(question, Understanding(refusal=declined.refusal))


def _asked(question: str, marked: Marked, names: Names) -> _Asked:
    """Read a question; one that only opens with 换成 is read without it."""
    whole = understand(question, names)
    if (
        marked.kinds & {"lead", "asks", "goes_on"} == marked.kinds
        and whole.plan is None
        and marked.rest
    ):
        bare = understand(marked.rest, names)
        whole = bare if bare.plan else whole
    tokens = settle_bare_years(segment(marked.rest, names))
    return _Asked(question, marked, tokens, whole)


def _asked_back(question: str, understanding: Understanding) -> Resolved:
    return Resolved(question=question, asked_back=understanding)


def _stands(asked: _Asked, names: Names) -> bool:
    """Tell whether a question that does not continue the last one is to be read by itself."""
    if asked.has("place", "bureau"):
        return not asked.marked.has("one") or _refers_inside(asked)
    return not asked.tied or (asked.whole.plan is not None and not asked.points)


def _refers_inside(asked: _Asked) -> bool:
    """Tell whether 它 stands behind a place of the same question, which it then means."""
    places = [token.text for token in asked.tokens if token.has("place", "bureau")]
    text = squeeze(asked.question)
    pronouns = [at for word in words_of("one") if (at := text.find(word)) >= 0]
    return bool(places and pronouns) and text.find(places[0]) < min(pronouns)


def _first(asked: _Asked) -> Resolved:
    """Ask back what 它 means where nothing was said before."""
    if not asked.marked.has("one") or asked.has("place", "bureau", "level"):
        return Resolved(question=asked.question)
    message = "前面还没有问过，不知道指的是哪个地方。请写出地名再问。"
    return _asked_back(
        asked.question, Understanding(refusal=Refusal(code="unread", message=message))
    )


def _followed(asked: _Asked, turn: Turn, names: Names) -> Resolved:
    """Return what the question is after the last turn."""
    if asked.whole.refusal and asked.whole.refusal.code in _FINAL:
        return Resolved(question=asked.question)
    if asked.marked.old:
        _insist_on_old(asked, turn, names)
    if prose.is_prose(asked.tokens):
        return _written(asked.question, prose.made_whole(asked.marked, turn, names))
    if turn.plan is None:
        if asked.whole.plan or asked.complete:
            return Resolved(question=asked.question)
        return _written(asked.question, prose.moved(asked.marked, turn, names))
    plan = _plan(asked, turn, names)
    if plan is None:
        return _alone(asked, names)
    text = _read_back(plan, names)
    if text == "":
        raise _unwritten(asked)
    return _written(asked.question, text)


def _alone(asked: _Asked, names: Names) -> Resolved:
    """Return a question that stands on its own, without an opening the rules do not know."""
    known = understand(asked.question, names)
    if known.plan is None and asked.whole.plan is not None:
        return _written(asked.question, asked.marked.rest)
    return Resolved(question=asked.question)


def _insist_on_old(asked: _Asked, turn: Turn, names: Names) -> None:
    """Decline 把X换成Y where X is not read whole, or was not asked about."""
    if turn.plan is None:
        raise _unwritten(asked)
    insist_on_old(read_fragment(Marked(asked.marked.old, frozenset()), names), turn.plan)


def _written(question: str, text: str) -> Resolved:
    if text in ("", question):
        return Resolved(question=question)
    return Resolved(question=text, note=f"接着上一问，按“{text}”理解。")


def _unwritten(asked: _Asked) -> DeclinedError:
    message = "没有读懂这句话怎样接上一问，因此不作答。请把问题说完整再问。"
    parts = (asked.marked.rest,)
    return DeclinedError(Refusal(code="unread", message=message, parts=parts))


def _plan(asked: _Asked, turn: Turn, names: Names) -> Plan | None:
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


def _insist_on_year(asked: _Asked, last: Plan, names: Names) -> None:
    """Ask whether 那2000呢 after 超过1000件 is a year or another number."""
    bare = [t.text for t in asked.tokens if t.year and not t.sure and t.year not in names.years]
    if bare and last.conditions and not asked.has(*_MEASURES):
        raise AmbiguousError((f"{bare[0]}年", f"把要比较的数换成{bare[0]}"))


def _is_own(asked: _Asked, turn: Turn) -> bool:
    """Tell a question of its own that the rules asked back from a bare place, year or measure."""
    if asked.has("library"):
        return True
    if asked.tied or not asked.whole.choices:
        return False
    slots = (("place", "bureau"), ("year",), _MEASURES)
    named = sum(asked.has(*kinds) for kinds in slots)
    about_one = turn.plan is not None and turn.plan.operation in ("lookup", "change", "compare")
    counts = any(token.value("how_many") == "body" for token in asked.tokens)
    return counts or asked.has(*_ASKING) or not (named == 1 or about_one)


def _sets(fragment: Fragment) -> bool:
    """Tell whether a number is put in place of another (把许可改成9999)."""
    return fragment.number is not None or any(b.comparator == "eq" for b in fragment.bounds)


def _sums_all(asked: _Asked, own: Plan) -> bool:
    """Tell whether the rules took a question without a place for the sum of all reports."""
    return own.operation == "aggregate" and not asked.has(*_SCOPES, *_SUMS)


def _placeless(asked: _Asked, turn: Turn, names: Names) -> Plan | None:
    """Return 那行政处罚多少件 for the last place; ask where nothing ties it to that place."""
    assert turn.plan is not None
    if not turn.plan.scope.places:
        return None
    plan = overlay(read_with_row(asked.marked, turn, names), turn, names)
    if asked.tied:
        return plan
    text = _read_back(plan, names)
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


def _read_back(plan: Plan, names: Names) -> str:
    """Return the plan in words, "" unless the rules read the very same plan from them."""
    text = write_question(plan)
    read = understand(text, names)
    return text if read.plan is not None and _same(plan, read.plan) else ""


def _same(plan: Plan, read: Plan) -> bool:
    """Compare two plans, what the user typed for a place aside; the usual levels may be added."""
    one, other = _unsaid(plan), _unsaid(read)
    if not one.scope.levels and plan.operation in ("aggregate", "rank"):
        scope = one.scope.model_copy(update={"levels": other.scope.levels})
        one = one.model_copy(update={"scope": scope})
    return one == other


def _unsaid(plan: Plan) -> Plan:
    scope: Scope = plan.scope
    places = tuple(_nameless(place) for place in scope.places)
    excluded = tuple(_nameless(place) for place in scope.excluded)
    update = {"places": places, "excluded": excluded}
    return plan.model_copy(update={"scope": scope.model_copy(update=update)})


def _nameless(place: Place) -> Place:
    return place.model_copy(update={"said": ""})
