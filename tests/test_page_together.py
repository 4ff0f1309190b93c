"""Acts done together: each gets its own values, and what it gives goes where it belongs."""

import pytest

from assistant.page.together import Together
from assistant.page.widgets import update


class Place:
    """A component, told from others by being itself."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place)

    __hash__ = object.__hash__


def test_each_act_gets_its_inputs_and_fills_its_outputs() -> None:
    language, talk, one, two, three = (Place() for _ in range(5))
    both = Together()
    both.add(lambda said, code: f"{said} in {code}", [talk, language], [one])
    both.add(lambda code: (code, [code]), [language], [two, three])
    assert [id(x) for x in both.inputs] == [id(talk), id(language)]
    assert [id(x) for x in both.outputs] == [id(one), id(two), id(three)]
    assert both.do("", "words", "en") == ["words in en", "en", ["en"]]


def test_one_output_takes_a_list_as_its_value() -> None:
    both = Together()
    both.add(lambda: [1, 2], [], [Place()])
    assert both.do("") == [[1, 2]]


def test_one_place_gets_what_several_acts_change_of_it() -> None:
    both, place, other = Together(), Place(), Place()
    both.add(lambda: [update(label="年度"), "x"], [], [place, other])
    both.add(lambda: update(choices=["2022"]), [], [place])
    assert both.outputs == [place, other]
    assert both.do("") == [update(label="年度", choices=["2022"]), "x"]


@pytest.mark.parametrize(("one", "two"), [
    ("a", update(label="b")), (update(label="a"), None), (update(label="a"), update(label="b")),
])  # fmt: skip
def test_two_acts_may_not_fill_one_place_otherwise(one: object, two: object) -> None:
    both, place = Together(), Place()
    both.add(lambda: one, [], [place])
    both.add(lambda: two, [], [place])
    with pytest.raises(ValueError, match=r"another|two acts"):
        both.do("")


def test_an_act_that_gives_too_little_is_told() -> None:
    both = Together()
    both.add(lambda: (1,), [], [Place(), Place()])
    with pytest.raises(ValueError, match="1 values for 2"):
        both.do("")


@pytest.mark.parametrize(("opened", "shown"), [("one", "1="), ("two", "=2"), ("", "12")])
def test_what_belongs_to_a_tab_that_is_not_open_is_left_as_it_is(opened: str, shown: str) -> None:
    both, one, two, all_ = Together(), Place(), Place(), Place()
    both.add(lambda: "1", [], [one], "one")
    both.add(lambda: "2", [], [two], "two")
    both.add(lambda: "3", [], [all_])
    same = update()
    given = ["=" if value == same else value for value in both.do(opened)]
    assert given == [*shown, "3"]
