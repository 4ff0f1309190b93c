"""哪些镇提到X: every report in scope judged, on its words, with the three lists."""

import pytest
from prose_library import ProseLibrary, WordSearch
from prose_reports import REPORTS, library, told

from assistant.names import Names
from assistant.prompts import Prompts
from assistant.prose.answering import answer_prose
from assistant.prose.sweep import how_said
from assistant.result import Answer
from assistant.understand import understand

LIBRARY, SEARCH = library()


def ask(question: str, held: ProseLibrary = LIBRARY, search: WordSearch = SEARCH) -> Answer:
    names = Names.of(held, question)
    return answer_prose(question, understand(question, names), names, held, search, None, Prompts())


def one(sentence: str, question: str = "哪些镇提到微信公众号") -> Answer:
    held = ProseLibrary([told("单镇", 2022, sentence, "无。", "无。")])
    return ask(question, held, WordSearch(held))


def listed(answer: Answer) -> tuple[set[str], set[str], dict[str, str]]:
    def names(rows):  # type: ignore[no-untyped-def]
        return {f"{row.agency}{row.year or ''}" for row in rows}

    why = {f"{u.agency}{u.year or ''}": u.reason for u in answer.undecided}
    return names(answer.rows), names(answer.rejected), why


def test_every_report_stands_in_exactly_one_list_and_the_counts_say_so() -> None:
    answer = ask("哪些乡镇街道提到微信公众号")
    yes, no, why = listed(answer)
    assert yes == {"清溪镇2022", "清溪镇2021", "无年镇"}
    assert no == {"桃源镇2022", "石鼓镇2022", "毒饵镇2022"}
    assert why == {"白沙乡2022": "denied", "空表镇2022": "no_prose"}
    covered = answer.coverage
    assert (covered.reports, covered.qualified, covered.rejected) == (9, 3, 4)
    assert covered.decidable + covered.undecidable == covered.reports
    assert answer.value == 3 and "逐份看了范围内9份报告" in answer.text


def test_every_yes_cites_a_sentence_that_prints_a_word() -> None:
    answer = ask("哪些镇提到微信公众号")
    cited = {c.id: c.quote for c in answer.citations}
    for row in answer.rows:
        assert row.citations and all("公众号" in cited[n] for n in row.citations)


def test_the_words_that_were_searched_are_said_and_a_wider_word_finds_more() -> None:
    narrow, wide = ask("哪些镇提到微信公众号"), ask("哪些镇提到政务新媒体")
    assert "“微信公众平台”" in narrow.text and "“新媒体”" not in narrow.text
    assert "桃源镇2022" in listed(wide)[0] and "“微博”" in wide.text
    assert "不等于实际做了或没有做" in wide.text


def test_those_that_do_not_mention_it_are_the_other_list() -> None:
    answer = ask("2022年哪些乡镇街道没有提到微信公众号")
    yes, no, why = listed(answer)
    assert no == {"清溪镇2022"} and "白沙乡2022" in why and "空表镇2022" in why
    assert yes == {"桃源镇2022", "石鼓镇2022", "毒饵镇2022"} and answer.value == 4


def test_only_the_reports_in_scope_are_judged() -> None:
    answer = ask("2021年哪些镇提到微信公众号")
    assert listed(answer)[0] == {"清溪镇2021"}
    assert listed(answer)[2] == {"无年镇": "ambiguous"}
    assert (answer.coverage.reports, answer.coverage.unsettled) == (1, 1)


def test_a_report_whose_tables_or_title_print_the_word_is_undecided() -> None:
    held = ProseLibrary(
        [told("外镇", 2022, "全年公开信息，按时更新网站栏目。", "无。", "抖音 | 3 |")]
    )
    answer = ask("哪些镇提到抖音", held, WordSearch(held))
    assert listed(answer)[2] == {"外镇2022": "outside"}


def test_words_of_two_subjects_must_stand_in_one_sentence() -> None:
    together = one("通过微信公众号和抖音发布信息。", "哪些镇提到微信公众号和抖音")
    apart = one("通过微信公众号发布信息。另有抖音。", "哪些镇提到微信公众号和抖音")
    either = one("另有抖音，更新及时。", "哪些镇提到微信公众号或者抖音")
    assert together.value == 1 and either.value == 1
    assert listed(apart)[2] == {"单镇2022": "apart"}


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("通过微信公众号公开信息。", "yes"),
        ("微信公众号全年推送不少于两百条。", "yes"),
        ("除微信公众号外，还用广播。", "yes"),
        ("依托微信公众号，不断拓宽渠道。", "yes"),
        ("尚未开通微信公众号。", "denied"),
        ("没有微信公众号，以广播为主。", "denied"),
        ("微信公众号已停用。", "denied"),
        ("微信公众号方面尚属空白。", "denied"),
        ("计划开通微信公众号。", "planned"),
        ("下一步，将用好微信公众号。", "planned"),
        ("没有网站，但有微信公众号。", "yes"),
    ],
)
def test_denied_and_planned_mentions_are_no_mentions(sentence: str, verdict: str) -> None:
    assert how_said(sentence, ["微信公众号"]) == verdict
    answer = one(sentence)
    assert (answer.value == 1) == (verdict == "yes")
    if verdict != "yes":
        assert listed(answer)[2] == {"单镇2022": verdict}
        assert sentence.rstrip("。") in answer.undecided[0].detail


def test_spaces_and_line_breaks_inside_a_word_do_not_hide_it() -> None:
    held = ProseLibrary([told("断镇", 2022, "通过微 信公 众号发布。", "无。", "无。")])
    assert ask("哪些镇提到微信公众号", held, WordSearch(held)).value == 1


def test_one_named_place_is_answered_with_its_words() -> None:
    answer = ask("清溪镇2021年是否提到抖音")
    assert "“微信公众号推送1800条，尚未开通抖音。”[1]" in answer.text
    assert answer.status == "refused"


def test_a_sweep_of_one_section_looks_at_that_section_only() -> None:
    answer = ask("哪些镇第五节提到抖音")
    assert listed(answer)[0] == set() and listed(answer)[2]["清溪镇2022"] == "planned"
    assert "清溪镇2021" in listed(answer)[1]


def test_reports_that_the_search_does_not_hold_are_undecided() -> None:
    behind = WordSearch(ProseLibrary(REPORTS[:3]))
    answer = ask("哪些镇提到电子屏", search=behind)
    why = listed(answer)[2]
    assert why["桃源镇2022"] == "no_prose" and why["石鼓镇2022"] in ("no_prose", "outside")
    assert listed(answer)[1] == {"清溪镇2022", "清溪镇2021"}


def test_without_a_word_to_search_for_the_user_is_asked_for_one() -> None:
    answer = ask("哪些镇提到")
    assert answer.status == "refused" and "要找的词" in answer.text
