"""What search finds of the marked passages, and where in its list."""

import pytest

from assistant.prompts import Prompts
from evals.scoring.rates import count_shares, ratio
from evals.suite.run import CaseResult
from evals.tasks.search import Search
from evals.tasks.task import Case, Setting

SETTING = Setting(None, Prompts())


@pytest.fixture(scope="module")
def task() -> Search:
    return Search(modes=("lexical",))


@pytest.fixture(scope="module")
def results(task: Search) -> list[CaseResult]:
    return [task.run(case, SETTING) for case in cases(task)[::4]]


def cases(task: Search) -> list[Case]:
    return [case for case in task.cases() if case.traits["corpus"] == "samples"]


def test_search_by_words_finds_most_and_ranks_them(results: list[CaseResult]) -> None:
    shares = count_shares(results, ["recall.lexical", "rank.lexical", "ndcg.lexical"])
    recall, rank, ndcg = (ratio(share) for share in shares.values())
    assert recall is not None and rank is not None and ndcg is not None
    assert 0.7 < recall <= 1
    assert 0.4 < rank < recall
    assert 0.4 < ndcg < 1


def test_what_stands_first_counts_whole_and_what_is_missed_nothing(
    results: list[CaseResult],
) -> None:
    for result in results:
        (found, _), (rank, _) = result.counts["recall.lexical"], result.counts["rank.lexical"]
        assert (found > 0) == (rank > 0) == (result.verdict == "right")
        assert rank in (0, 1, 1 / 2, 1 / 3, 1 / 4, 1 / 5)
        assert result.counts["ndcg.lexical"][0] <= 1
    assert {result.verdict for result in results} >= {"right", "missed"}


def test_a_missed_question_tells_the_places_that_answer_it(results: list[CaseResult]) -> None:
    missed = next(result for result in results if result.verdict == "missed")
    assert all(detail.report and detail.expected_span for detail in missed.details)
    assert all(not r.details for r in results if r.verdict == "right")


def test_a_question_asked_of_two_corpora_is_one_experiment(task: Search) -> None:
    by_id: dict[str, set[str]] = {}
    for case in task.cases():
        by_id.setdefault(case.id.rpartition("/")[0], set()).add(case.cluster)
    assert all(len(clusters) == 1 for clusters in by_id.values())


def test_only_the_modes_asked_for_are_scored(task: Search) -> None:
    assert {rate.name for rate in task.rates} == {"recall.lexical", "rank.lexical", "ndcg.lexical"}
    assert len(Search().rates) == 9
    assert {rate.name for rate in Search().rates if rate.headline} == {
        "recall.hybrid",
        "ndcg.hybrid",
    }
