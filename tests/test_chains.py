"""What the evaluation of the chains counts as wrong, and how it adds up."""

from assistant.result import Answer, Citation, Row
from evals.chains.outcome import ChainRun, Outcome, totals_table
from evals.chains.prose_chain import foreign_place, loose_number
from evals.chains.setting import unquoted

QUOTE = "全年举办培训12场。"


def answer(text: str, **changed: object) -> Answer:
    row = Row(agency="示例县青山镇", county="示例县", township="青山镇", year=2022)
    cited = Citation(id=1, report_id="a", path="a.txt", kind="text", quote=QUOTE, start=0, end=9)
    fields = {"question": "青山镇2022年办了多少培训", "status": "answered", "text": text}
    return Answer.model_validate(fields | {"rows": (row,), "citations": (cited,)} | changed)


def test_a_number_that_no_quote_prints_is_found() -> None:
    assert loose_number(answer("青山镇2022年举办培训12场[1]。")) == ""
    assert "21" in loose_number(answer("青山镇2022年举办培训21场[1]。"))


def test_a_report_of_another_place_or_year_is_found() -> None:
    found = answer("")
    assert foreign_place(found, {"place": "示例县青山镇", "year": 2022}) == ""
    assert foreign_place(found, {"place": "河口镇", "year": 2022})
    assert foreign_place(found, {"place": None, "year": 2021})


def test_results_keep_no_quoted_prose() -> None:
    assert unquoted("原文写的是约数：“甲“乙”丙”。") == "原文写的是约数：“…”。"


def test_totals_count_every_verdict_and_add_tokens() -> None:
    outcomes = tuple(
        Outcome(chain="prose", case=str(i), verdict=verdict, prompt_tokens=10, seconds=1.5)
        for i, verdict in enumerate(("answered", "beside", "declined", "wrong"))
    )
    run = ChainRun(chain="prose", model="m", prompts=("p@1",), date="2026", outcomes=outcomes)
    (total,) = run.totals()
    assert (total.answered, total.beside, total.declined, total.wrong) == (1, 1, 1, 1)
    assert (total.prompt_tokens, total.seconds) == (40, 6.0)
    assert "prose 4: 1 / 1 / 1 / **1**" in totals_table([run])
