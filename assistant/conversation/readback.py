"""A plan in words from which the rules read the very same plan: only that is shown and asked."""

from assistant.conversation.wording import write_question
from assistant.names import Names
from assistant.plan import Place, Plan, Scope
from assistant.understand import understand


def read_back(plan: Plan, names: Names) -> str:
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
