"""What makes a follow-up unreadable beside its plan: too many steps, a wrong kind, a lost part."""

from assistant.conversation.fragment import Fragment
from assistant.conversation.subjects import only_bodies
from assistant.numbers import say_number
from assistant.plan import Plan
from assistant.understand.conditions import in_unit
from assistant.understand.numerals import Number
from assistant.understand.phrase import unread
from assistant.words import place_name

FILTERING = ("list", "count")


def insist_on_old(old: Fragment, plan: Plan) -> None:
    """Decline 把收费换成处罚 where the last question did not ask about 收费."""
    places = {place_name(place) for place in plan.scope.places}
    named = {m.label for m in old.measures} - _labels(plan)
    named |= {f"{year}年" for year in set(old.years) - set(plan.scope.years)}
    named |= {r.said for r in old.refs if not any(r.said in place for place in places)}
    excluded = {place_name(place) for place in plan.scope.excluded}
    named |= {r.said for r in old.excluded if not any(r.said in place for place in excluded)}
    numbers = [bound.number for bound in old.bounds] + ([old.number] if old.number else [])
    named |= {say_number(n.value) for n in numbers if not _compares_with(plan, n)}
    if old.level.words and (old.levels, old.kinds) != (plan.scope.levels, plan.scope.kinds):
        named.add("机构类型")
    if old.functions and not set(old.functions) <= {plan.aggregate, *plan.also}:
        named.add("合计、平均")
    if _asks_otherwise(old, plan):
        named.add(old.marked.rest)
    if named:
        raise unread(sorted(named), f"上一问没有问“{'、'.join(sorted(named))}”")


def _asks_otherwise(old: Fragment, plan: Plan) -> bool:
    """Tell whether what is replaced is a kind of question that the last one was not."""
    steps = (
        (old.order is not None, plan.operation == "rank" or plan.limit is not None),
        (bool(old.comparator or old.denied), bool(plan.conditions)),
        (old.group is not None, plan.group_by == old.group),
        (bool(old.changes), plan.operation == "change"),
        (old.compares, plan.operation in ("compare", "change")),
        (old.lists, plan.operation in ("list", "rank", "mention")),
        (old.counts, plan.operation in ("count", "list")),
        (bool(old.ordinal), False),
        (old.others, False),
    )
    return any(named and not asked for named, asked in steps)


def _compares_with(plan: Plan, number: Number) -> bool:
    """Tell whether a condition of the plan, or what it was asked to confirm, is this number."""
    text = say_number(number.value)
    asked = [(c.measure, c.value) for c in plan.conditions]
    asked += [(measure, plan.claim) for measure in plan.measures if plan.claim is not None]
    return any(in_unit(measure, number, text) == value for measure, value in asked)


def _labels(plan: Plan) -> set[str]:
    return {m.label for m in (*plan.measures, *(c.measure for c in plan.conditions))}


def insist_on_named(fragment: Fragment, plan: Plan) -> None:
    """Decline when something the follow-up names did not find its place in the plan."""
    scope = plan.scope
    lost = [m.label for m in fragment.measures if m.label not in _labels(plan)]
    lost += [f"{year}年" for year in fragment.years if year not in scope.years]
    if len(fragment.refs) > len(scope.places) or len(fragment.excluded) > len(scope.excluded):
        lost.append("地名")
    if len(fragment.bounds) > len(plan.conditions) + (plan.claim is not None):
        lost += [bound.text for bound in fragment.bounds]
    if fragment.number and not _compares_with(plan, fragment.number):
        lost.append(say_number(fragment.number.value))
    if fragment.levels and fragment.levels != scope.levels:
        lost.append("机构类型")
    if lost:
        raise unread(lost)


def insist_on_one_step(fragment: Fragment) -> None:
    """Decline what is no follow-up but a question of its own that was not read."""
    steps = (
        fragment.order is not None, bool(fragment.functions), bool(fragment.group),
        bool(fragment.changes), fragment.compares, fragment.others, bool(fragment.ordinal),
        bool(fragment.bounds or fragment.comparator),
    )  # fmt: skip
    if sum(steps) > 1 or (any(steps[:6]) and fragment.number):
        raise unread([fragment.marked.rest], "这句话里有几个要求，没有读懂怎样接上一问")
    if (fragment.comparator and fragment.number) or (fragment.comparator and fragment.measures):
        raise unread([fragment.marked.rest])
    if fragment.ordinal and (fragment.level.words or fragment.lists or fragment.counts):
        raise unread([fragment.marked.rest], "没有读懂问的是上一个回答的第几个，还是新的排名")
    if only_bodies(fragment.refs) and any(steps[:3]):
        raise unread([fragment.marked.rest], "没有读懂一个地方怎样排名、合计")
    if len(fragment.measures) > 1 and any(steps):
        raise unread([m.label for m in fragment.measures], "没有读懂几个指标怎样接上一问")


def insist_on_kind(fragment: Fragment, plan: Plan) -> None:
    """Decline 有几个 and 哪些 where the last question neither filtered nor listed."""
    filters = fragment.bounds or fragment.comparator or fragment.others or fragment.order
    counts = fragment.counts and plan.operation not in (*FILTERING, "inventory")
    lists = fragment.lists and plan.operation in ("lookup", "compare") and not filters
    if counts or (lists and fragment.level.words):
        raise unread([fragment.marked.rest], "没有读懂要数、要列的是什么")
