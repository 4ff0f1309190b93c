"""Acts done together: each gets its own values, and what it gives goes where it belongs."""

import pytest

from assistant.page.together import Together


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
    assert both.do("words", "en") == ["words in en", "en", ["en"]]


def test_one_output_takes_a_list_as_its_value() -> None:
    both = Together()
    both.add(lambda: [1, 2], [], [Place()])
    assert both.do() == [[1, 2]]


def test_two_acts_may_not_fill_one_place() -> None:
    both, place = Together(), Place()
    both.add(str, [], [place])
    with pytest.raises(ValueError, match="another act"):
        both.add(str, [], [place])


def test_an_act_that_gives_too_little_is_told() -> None:
    both = Together()
    both.add(lambda: (1,), [], [Place(), Place()])
    with pytest.raises(ValueError, match="1 values for 2"):
        both.do()
