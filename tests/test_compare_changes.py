"""Which cells and answers changed, in which direction, and where they stand."""

from drawn_comparisons import ANSWERED, FAST, run_of

from evals.comparing.compare import compare_runs
from evals.comparing.comparison import Change
from evals.suite.run import CaseResult, Detail

ITEMS = ("a", "b", "c", "d")


def _table(marks: str, *details: Detail, **more: object) -> CaseResult:
    made = {"case": "r", "cluster": "r", "marks": marks, "details": details} | more
    return CaseResult.model_validate(made)


def _changes(before: CaseResult, after: CaseResult) -> list[Change]:
    runs = (run_of([one], items=ITEMS[: len(before.marks)]) for one in (before, after))
    return list(compare_runs(*runs, FAST).changes)


def test_a_changed_cell_has_report_values_spans_and_reasons() -> None:
    right = Detail(item="a", mark="v", report="甲.txt", expected="12", got="12",
                   expected_span=(5, 7), got_span=(5, 7))  # fmt: skip
    wrong = right.model_copy(
        update={"mark": "w", "got": "3", "got_span": (9, 10), "reason": "邻格"}
    )
    [change] = _changes(_table("vz", right), _table("wz", wrong))
    assert change.direction == "worse"
    assert (change.report, change.item, change.expected) == ("甲.txt", "a", "12")
    assert (change.before, change.after) == ("12", "3")
    assert (change.expected_span, change.before_span, change.after_span) == (
        (5, 7),
        (5, 7),
        (9, 10),
    )
    assert (change.reason_before, change.reason_after) == ("", "邻格")


def test_a_cell_without_detail_is_known_from_its_mark() -> None:
    invented = Detail(item="b", mark="f", report="甲.txt", got="7")
    lost = Detail(item="a", mark="o", report="甲.txt", expected="0")
    found = {c.item: c for c in _changes(_table("zb"), _table("of", lost, invented))}
    assert (found["a"].before, found["a"].after, found["a"].expected) == ("0", None, "0")
    assert (found["b"].before, found["b"].after, found["b"].expected) == (None, "7", None)
    assert {c.direction for c in found.values()} == {"worse"}


def test_a_missing_value_made_a_wrong_one_is_worse_and_back_is_better() -> None:
    one, two = _table("mmw"), _table("wvm")
    assert [(c.item, c.direction) for c in _changes(one, two)] == [
        ("a", "worse"), ("b", "better"), ("c", "better"),
    ]  # fmt: skip


def test_a_wrong_value_made_another_wrong_one_is_told_apart() -> None:
    def wrong(got: str) -> CaseResult:
        return _table("w", Detail(item="a", mark="w", expected="12", got=got))

    [change] = _changes(wrong("3"), wrong("4"))
    assert (change.direction, change.before, change.after) == ("other", "3", "4")
    assert not _changes(wrong("3"), wrong("3"))


def test_a_right_value_from_another_place_is_worse() -> None:
    def placed(span: tuple[int, int], hits: float) -> CaseResult:
        detail = Detail(
            item="a", mark="v", expected="1", got="1", expected_span=(5, 6), got_span=span
        )
        return _table("v", detail, counts={"span": (hits, 1)})

    [change] = _changes(placed((5, 6), 1), placed((90, 91), 0))
    assert (change.direction, change.before_span, change.after_span) == ("worse", (5, 6), (90, 91))


def test_worse_comes_first_then_by_case() -> None:
    def run(**marks: str) -> list[CaseResult]:
        return [CaseResult(case=c, cluster=c, marks=m) for c, m in marks.items()]

    before = run_of(run(c="v", b="m", a="v", d="v"), items=("m",))
    after = run_of(run(c="w", b="v", a="m", d="v"), items=("m",))
    found = compare_runs(before, after, FAST).changes
    assert [(c.case, c.direction) for c in found] == [
        ("a", "worse"), ("c", "worse"), ("b", "better"),
    ]  # fmt: skip


def _answer(verdict: str, shown: str = "", *details: Detail, **counts: float) -> CaseResult:
    return CaseResult(
        case="q", cluster="q", verdict=verdict, shown=shown, details=details,
        counts={name: (hits, 2) for name, hits in counts.items()},
    )  # fmt: skip


def _answers(before: CaseResult, after: CaseResult) -> list[Change]:
    runs = (run_of([one], rates=ANSWERED) for one in (before, after))
    return list(compare_runs(*runs, FAST).changes)


def test_an_answer_that_turned_from_declined_to_wrong_is_worse() -> None:
    [change] = _answers(_answer("declined"), _answer("wrong", "三个镇"))
    assert (change.direction, change.item) == ("worse", "")
    assert (change.before, change.after) == (None, "三个镇")
    assert (change.mark_before, change.mark_after) == ("declined", "wrong")


def test_counts_that_changed_give_the_direction_where_the_verdict_did_not() -> None:
    one = _answer("wrong", "甲", right=0, invented=2)
    for invented in (1, 2):
        [change] = _answers(one, _answer("wrong", "甲", right=1, invented=invented))
        assert change.direction == "better"
    mixed = _answer("wrong", "甲", right=1, invented=0), _answer("wrong", "甲", right=2, invented=1)
    [change] = _answers(*mixed)
    assert change.direction == "other"


def test_one_right_answer_in_other_words_is_no_change_but_a_wrong_one_is() -> None:
    assert not _answers(_answer("right", "甲、乙"), _answer("right", "乙、甲"))
    [change] = _answers(_answer("wrong", "甲"), _answer("wrong", "乙"))
    assert change.direction == "other"


def test_entries_of_a_list_are_told_one_by_one() -> None:
    def entry(mark: str, report: str) -> Detail:
        return Detail(item="yes", mark=mark, report=report)

    before = _answer("wrong", "", entry("missing", "甲"), entry("extra", "乙"))
    after = _answer("wrong", "", entry("missing", "甲"), entry("extra", "丙"))
    found = {c.report: c.direction for c in _answers(before, after)}
    assert found == {"乙": "better", "丙": "worse"}


def test_one_entry_more_of_the_same_report_is_one_change() -> None:
    def entry(expected: str) -> Detail:
        return Detail(item="value", mark="missing", report="甲", expected=expected)

    one, two = _answer("wrong", "", entry("1")), _answer("wrong", "", entry("1"), entry("2"))
    [change] = _answers(one, two)
    assert (change.direction, change.expected) == ("worse", "2")
    [change] = _answers(two, one)
    assert (change.direction, change.expected) == ("better", "2")
