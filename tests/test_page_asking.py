"""Asking on the page: text as it grows, follow-ups, stopping, a model that dies, hostile words."""

import threading
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from page_html import elements, text_of
from prose_library import WordSearch
from prose_reports import library

from assistant.ask import Doors
from assistant.model_reply import Model, ModelError
from assistant.names import Names
from assistant.page.desks.asking import LONGEST, Step, steps
from assistant.page.desks.choosing import choose, examples
from assistant.page.desks.listing import LISTS, part_of
from assistant.page.desks.talk import Talk
from assistant.page.views.answer import answer_view
from assistant.page.views.chat import (
    earlier_view,
    examples_view,
    failure_view,
    notice_view,
    writing_view,
)
from assistant.page.views.lists import list_view
from assistant.page.words import words
from assistant.prompts import Message, Prompts
from assistant.result import Answer, Citation, Row
from assistant.scripted_model import ScriptedModel
from assistant.understand import understand
from evals.cases.gold import REPORTS
from index.store.library import Library

HELD, SEARCH = library()
WEBSITE = "清溪镇2022年网站怎么管理"
FIRST = "网站栏目由党政办指定两名干部逐日检查[1]。"
SECOND = "网站由党政办检查[1]。"
HOSTILE = ("<script>alert(1)</script>", "${alert(1)}", "{{x}}", "`", '" onclick="x', "\u202e甲")
SAY = words("zh")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Library:
    names = ("大涌镇2022.html", "湘潭县石鼓镇2022.docx", "永春县石鼓镇2020.txt", "涧池镇2021.md")
    held = Library.open(tmp_path_factory.mktemp("samples"))
    held.add([REPORTS / name for name in names])
    return held


class Dying(ScriptedModel):
    """A model whose stream breaks off after so many pieces of its reply."""

    def __init__(self, reply: str, after: int, error: Exception) -> None:
        super().__init__([reply])
        self._after, self._error = after, error

    def stream(self, messages: Sequence[Message], most: int = 1024):  # type: ignore[no-untyped-def]
        """Yield the beginning of the reply, then break."""
        for at, piece in enumerate(super().stream(messages, most)):
            if at >= self._after:
                raise self._error
            yield piece


class Endless(ScriptedModel):
    """A model that writes until nobody listens; `sent` counts its pieces."""

    def __init__(self) -> None:
        super().__init__([])
        self.sent = 0
        self.ended = threading.Event()

    def stream(self, messages: Sequence[Message], most: int = 1024):  # type: ignore[no-untyped-def]
        """Yield one sentence, then half ones for ever."""
        try:
            yield FIRST
            yield "网站"
            while self.sent < 10_000:
                self.sent += 1
                time.sleep(0.001)
                yield "" if self.sent % 50 else "，"
        finally:
            self.ended.set()


def doors(model: Model | None = None, search: WordSearch = SEARCH) -> Doors:
    return Doors(search=lambda: search, model=lambda: model, prompts=Prompts())


def asked(question: str, model: Model | None = None, talk: Talk | None = None) -> list[Step]:
    return list(steps(question, talk or Talk(), HELD, doors(model)))


def test_text_grows_and_the_last_step_alone_is_the_answer() -> None:
    found = asked(WEBSITE, ScriptedModel([FIRST + SECOND]))
    *partial, last = found
    assert all(not one.done for one in partial) and last.answer is not None
    assert "逐日检查" in last.answer.text
    grown = [one.text for one in partial if one.text]
    assert all(after.startswith(before) for before, after in pairwise(grown))


def test_model_that_dies_in_mid_stream_gives_the_checked_answer_with_a_warning() -> None:
    half = FIRST + "网站每天由一名副镇长亲自看过再由两人复核一遍"
    last = asked(WEBSITE, Dying(half, 5, ModelError("连接中断。")))[-1]
    assert last.answer is not None
    assert "副镇长" not in last.answer.text
    assert "逐日检查" in last.answer.text and any("连接中断" in one for one in last.answer.warnings)


def test_model_that_fails_before_it_writes_leaves_an_answer_from_quotes() -> None:
    last = asked(WEBSITE, Dying(FIRST, 0, ModelError("密钥不对。")))[-1]
    assert last.answer is not None and "网站栏目" in last.answer.text
    assert any("密钥不对" in warning for warning in last.answer.warnings)


def test_defect_is_the_last_step_and_nothing_half_written_is_an_answer() -> None:
    last = asked(WEBSITE, Dying(FIRST, 1, ZeroDivisionError()))[-1]
    assert last.done and last.answer is None and isinstance(last.defect, ZeroDivisionError)


def test_who_leaves_ends_the_writing() -> None:
    model = Endless()
    waiting = steps(WEBSITE, Talk(), HELD, doors(model))
    next(one for one in waiting if one.text)
    waiting.close()
    assert model.ended.wait(5)
    assert model.sent < 10_000


@pytest.mark.parametrize(
    ("question", "why"),
    [("", "还没有写"), (" \n\t", "还没有写"), ("问" * (LONGEST + 1), f"{LONGEST + 1} 个字")],
)
def test_empty_and_endless_questions_are_told_so(question: str, why: str) -> None:
    (last,) = asked(question)
    assert why in last.failure and last.answer is None


def test_follow_up_is_made_whole_and_shown(samples: Library) -> None:
    held = Doors(search=lambda: SEARCH, model=lambda: None, prompts=Prompts())
    first = list(steps("大涌镇2022年的行政许可是多少", Talk(), samples, held))[-1].answer
    assert first is not None
    talk = Talk().after(first)
    then = list(steps("那行政处罚呢", talk, samples, held))[-1].answer
    assert then is not None and then.value == 191
    assert then.note in text_of(answer_view(then, SAY)) and then.note


def test_only_the_last_turn_keeps_its_lists() -> None:
    row = Row(agency="甲镇", citations=(1,))
    one = Citation(id=1, report_id="r", path="p", kind="cell", quote="1", start=0, end=1)
    answer = Answer(question="问", status="answered", text="答", rows=(row,), citations=(one,))
    talk = Talk().after(answer).after(answer)
    assert [len(turn.rows) for turn in talk.conversation.turns] == [0, 1]
    assert talk.conversation.turns[0].answer.text == "答"
    assert talk.without_answer().conversation == talk.conversation


def test_two_conversations_know_nothing_of_each_other(samples: Library) -> None:
    held = doors()
    answer = list(steps("大涌镇2022年的行政许可是多少", Talk(), samples, held))[-1].answer
    assert answer is not None
    other = list(steps("那行政处罚呢", Talk(), samples, held))[-1].answer
    assert other is not None and other.note == "" and other.value is None


def test_chosen_reading_is_asked_in_the_words_of_the_question(samples: Library) -> None:
    question = "石鼓镇和大涌镇2022年谁的行政许可多"
    answer = list(steps(question, Talk(), samples, doors()))[-1].answer
    assert answer is not None and answer.status == "clarify"
    for choice in answer.choices:
        chosen = choose(question, choice, samples)
        assert chosen.whole and choice in chosen.question and "大涌镇" in chosen.question
        asked = list(steps(chosen.question, Talk(), samples, doors()))[-1].answer
        assert asked is not None and asked.status != "clarify"


def test_choice_that_the_rules_do_not_read_is_left_to_be_finished(samples: Library) -> None:
    chosen = choose("2022年的情况", "按某种没有的读法", samples)
    assert not chosen.whole and chosen.question == "2022年的情况，按某种没有的读法"


def test_choice_alone_is_never_asked_when_it_drops_a_part_of_the_question(
    samples: Library,
) -> None:
    question = "2022年石鼓镇的许可"
    assert "2022" in choose(question, "行政许可处理决定数量", samples).question


def test_examples_are_of_the_library_and_are_answered(samples: Library) -> None:
    found = examples(samples)
    assert len(found) >= 4
    for question in found:
        read = understand(question, Names.of(samples, question))
        assert read.plan is not None or (read.refusal and read.refusal.code == "prose")


def test_empty_library_offers_no_examples_that_it_cannot_answer(tmp_path: Path) -> None:
    assert examples(Library.open(tmp_path)) == ()
    assert "没有可以提问的报告" in text_of(examples_view((), SAY))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_words_stay_words_in_every_view(hostile: str, language: str) -> None:
    say = words(language)
    row = Row(agency=hostile, label=hostile, note=hostile, group=hostile, citations=(1,))
    cite = Citation(id=1, report_id=hostile, path=f"x/{hostile}", kind="text", quote=hostile,
                    start=0, end=1, context=hostile)  # fmt: skip
    answer = Answer(
        question=hostile, resolved=hostile, note=hostile, status="clarify", text=hostile,
        explanation=hostile, rows=(row,), citations=(cite,), choices=(hostile,),
        warnings=(hostile,), model={"name": hostile, "prompts": [hostile], "error": hostile},
    )  # fmt: skip
    talk = Talk().after(answer)
    views = [
        answer_view(answer, say), earlier_view(talk.conversation.turns, say),
        examples_view((hostile,), say), writing_view(hostile, hostile, say),
        failure_view(hostile, hostile, say), notice_view(hostile, hostile),
    ]  # fmt: skip
    views += [list_view(part_of(answer, listed), say) for listed in LISTS]
    for view in views:
        for one in elements(view):
            assert one.name != "script" and not any(a.startswith("on") for a in one.attributes)
        assert "\u202e" not in view


def test_half_written_text_is_marked_as_such() -> None:
    html = writing_view("问", "写到一半", SAY)
    assert "正在写" in text_of(html) and 'aria-busy="true"' in html
    assert "写到一半" not in failure_view("问", "没有完成", SAY)
