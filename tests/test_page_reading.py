"""A reading as a form: what was changed is asked, what was not stays, what is wrong is told."""

from decimal import Decimal

import pytest
from plan_library import PlanLibrary, Printed

from assistant.answer import answer
from assistant.conversation import resolve
from assistant.names import Names
from assistant.page.desks.options import measure_choices
from assistant.page.desks.reading import Fields, Form, edited_plan, form_of, requery, typed_fields
from assistant.page.desks.talk import Talk
from assistant.plan import Condition, Measure, Place, Plan, Scope
from index.errors import MisuseError

LIBRARY = PlanLibrary(
    [
        Printed(
            f"{name}镇", year, {"licensing.decisions": cell, "penalties.decisions": cell},
            county, "乙市", "丙省", township=f"{name}镇",
        )
        for year in (2021, 2022)
        for name, county, cell in (
            ("多", "甲县", ("reported", Decimal(6181))),
            ("少", "甲县", ("reported", Decimal(12))),
            ("同", "甲县", ("reported", Decimal(5))),
            ("同", "丁县", ("blank", None)),
        )
    ]
)  # fmt: skip
LISTED = "哪些镇2022年行政许可超过1000件"
TOP = "2022年行政许可排名前2的镇"
LICENSING = Measure(terms=("licensing.decisions",), label="行政许可处理决定数量", unit="件")
PENALTIES = "penalties:decisions"


def plan_of(question: str) -> Plan:
    plan = answer(question, LIBRARY).plan
    assert plan is not None
    return plan


def form(plan: Plan) -> Form:
    found = form_of(plan, LIBRARY)
    assert found is not None
    return found


def edited(plan: Plan, **changed: object) -> Plan:
    return edited_plan(plan, form(plan).fields._replace(**changed), LIBRARY)  # type: ignore[arg-type]


def test_form_shows_the_plan() -> None:
    found = form(plan_of(LISTED))
    names = dict(found.metrics.offered)
    assert found.fields.comparator == "gt"
    assert found.fields.number == "1000"
    assert found.fields.years == ("2022",)
    assert found.fields.bodies == ("kind:镇",)
    assert found.fields.metric in names.values()
    assert "order" not in found.shown
    assert {"丙省乙市甲县多镇", "丙省乙市甲县"} <= set(found.places)


def test_form_of_a_ranking_has_order_and_limit_and_no_number() -> None:
    found = form(plan_of(TOP))
    assert {"order", "limit", "metric", "years"} <= found.shown
    assert not {"number", "comparator"} & found.shown
    assert (found.fields.order, found.fields.limit) == ("desc", "2")


def test_each_field_changes_its_part_and_no_other() -> None:
    plan = plan_of(LISTED)
    number = edited(plan, number="10").conditions[0]
    assert number == plan.conditions[0].model_copy(update={"value": Decimal(10)})
    assert edited(plan, comparator="le").conditions[0].comparator == "le"
    assert edited(plan, years=("2021", "2022年")).scope.years == (2021, 2022)
    moved = edited(plan, places=("丙省乙市甲县多镇",))
    assert [place.township for place in moved.scope.places] == ["多镇"]
    assert moved.conditions == plan.conditions
    assert edited(plan, bodies=("level:township",)).scope.kinds == ()
    ranked = edited(plan_of(TOP), order="asc", limit="")
    assert (ranked.descending, ranked.limit) == (False, None)


def test_other_metric_stands_wherever_the_old_one_stood() -> None:
    plan = edited(plan_of(LISTED), metric=PENALTIES)
    assert {m.terms for m in plan.measures} == {("penalties.decisions",)}
    assert plan.conditions[0].measure.terms == ("penalties.decisions",)
    assert plan.conditions[0].value == 1000


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,000.5", "1000.5"), ("-20", "-20"), ("１２", "12"), (" 0.10 ", "0.1"),
        ("1.2万", "12000"),
        ("两千五", "2500"), ("300件", "300"), ("999999999999999", "999999999999999"),
    ],
)  # fmt: skip
def test_number_is_read_exactly(typed: str, value: str) -> None:
    assert edited(plan_of(LISTED), number=typed).conditions[0].value == Decimal(value)


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "很多", "1/3", "50%", "1e5", "约100", "=1+1", "NaN", "Infinity", "9" * 30,
     "0." + "1" * 12, "<script>", "1 2 3x", "--5"],
)  # fmt: skip
def test_number_that_is_none_is_told(typed: str) -> None:
    with pytest.raises(MisuseError, match=r"[一-鿿]"):
        edited(plan_of(LISTED), number=typed)


def test_share_is_shown_and_read_in_percent() -> None:
    share = Measure(
        terms=("licensing.decisions",), over=("penalties.decisions",), label="比例", unit="%"
    )
    half = Condition(measure=share, comparator="gt", value=Decimal("0.5"))
    plan = Plan(operation="list", measures=(share,), conditions=(half,))
    assert form(plan).fields.number == "50%"
    assert form(plan).metrics.chosen == "own"
    assert edited(plan, number="12.5%").conditions[0].value == Decimal("0.125")
    with pytest.raises(MisuseError, match="百分数"):
        edited(plan, number="12.5")
    with pytest.raises(MisuseError, match="不是比例"):
        edited(plan, metric=PENALTIES)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"years": ("二〇二二x",)}, "年份"),
        ({"years": ("99999999999",)}, "年份"),
        ({"places": ("无此镇",)}, "没有叫"),
        ({"places": ("../etc",)}, "没有叫"),
        ({"places": ("同镇",)}, "2 个"),
        ({"metric": "幸福指数"}, "指标"),
        ({"comparator": "like"}, "比较"),
        ({"bodies": ("kind:镇", "level:bureau")}, "一起"),
        ({"bodies": ("x",)}, "没有"),
        ({}, "没有改动"),
    ],
)
def test_wrong_edit_is_told_and_nothing_runs(changed: dict[str, object], told: str) -> None:
    talk = Talk().after(answer(LISTED, LIBRARY))
    assert talk.answer is not None
    fields = form(plan_of(LISTED)).fields._replace(**changed)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match=told):
        requery(talk, fields, LIBRARY)


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "abc", "99999999", "²"])
def test_wrong_limit_is_told(limit: str) -> None:
    with pytest.raises(MisuseError, match="名次"):
        edited(plan_of(TOP), limit=limit)


def test_what_the_form_has_no_field_for_is_kept_and_said() -> None:
    one = Condition(measure=LICENSING, comparator="gt", value=Decimal(10))
    two = one.model_copy(update={"comparator": "lt", "value": Decimal(9000)})
    scope = Scope(
        years=(2022,), forms=("2021",), excluded=(Place(said="少镇", township="少镇"),),
        levels=("township",),
    )  # fmt: skip
    plan = Plan(operation="list", measures=(LICENSING,), conditions=(one, two), scope=scope)
    found = form(plan)
    assert not {"number", "comparator", "metric"} & found.shown
    kept = dict(found.kept)
    assert "10" in kept["conditions"]
    assert "9000" in kept["conditions"]
    assert (kept["forms"], kept["excluded"]) == ("2021", "少镇")
    after = edited(plan, years=("2021",))
    assert after == plan.model_copy(update={"scope": scope.model_copy(update={"years": (2021,)})})


def test_places_with_their_own_years_are_kept() -> None:
    places = (Place(said="多镇", township="多镇", years=(2021,)),)
    plan = Plan(operation="lookup", measures=(LICENSING,), scope=Scope(places=places))
    assert not {"places", "years"} & form(plan).shown
    assert "2021年" in dict(form(plan).kept)["places"]
    assert edited(plan, metric=PENALTIES).scope.places == places


def test_comparison_of_one_place_alone_is_told() -> None:
    places = (Place(said="多镇", township="多镇"), Place(said="少镇", township="少镇"))
    plan = Plan(operation="compare", measures=(LICENSING,), scope=Scope(places=places))
    with pytest.raises(MisuseError, match="两个地方"):
        edited(plan, places=("多镇",))


def test_question_for_the_prose_has_no_form() -> None:
    assert form_of(Plan(operation="passages", topic="培训"), LIBRARY) is None
    assert form_of(None, LIBRARY) is None


def test_asking_again_answers_the_edited_plan_and_follow_ups_are_about_it() -> None:
    talk = Talk().after(answer(LISTED, LIBRARY))
    fields = form(plan_of(LISTED)).fields._replace(number="10")
    after = requery(talk, fields, LIBRARY)
    assert after.answer is not None
    assert after.answer.edited
    assert [row.value for row in after.answer.rows] == [6181, 12]
    names = Names.of(LIBRARY, after.conversation.around("那2021年呢"))
    assert "10件" in resolve(after.conversation, "那2021年呢", names).question


def test_every_metric_of_the_form_has_a_name_of_its_own() -> None:
    names = [name for name, _ in measure_choices(None).offered]
    assert len(names) == len(set(names))
    assert any(name.startswith("正文") for name in names)


def test_form_offers_every_place_of_a_thousand_reports() -> None:
    library = PlanLibrary(
        [
            Printed(f"第{n}镇", 2022, {}, f"县{n % 40}", "乙市", "丙省", township=f"第{n}镇")
            for n in range(1000)
        ]
    )
    plan = Plan(operation="list", measures=(LICENSING,))
    assert len(form_of(plan, library).places) == 1000  # type: ignore[union-attr]


def test_typed_fields_are_those_of_the_form() -> None:
    assert Fields._fields == tuple(form(plan_of(TOP)).fields._asdict())


def test_what_a_page_sends_for_empty_fields_is_nothing_typed() -> None:
    typed = typed_fields([None, "gt", 5, [2021, "2022"], (), [], None, ""])
    assert typed == Fields(comparator="gt", number="5", years=("2021", "2022"))
    with pytest.raises(ValueError, match="zip"):
        typed_fields(["少一个"])
