"""A finished page: what it tells each session of its components."""

from collections.abc import Callable
from typing import Any

import pytest

from assistant.page import widgets


def laid() -> Any:
    """A page with one component of most kinds."""
    made = widgets.Widgets()
    page = widgets.blocks("t")
    with page:
        made.switch_of_language()
        with made.tab("ask.tab"), made.row():
            made.textbox("ask.question")
            made.choice("reading.metric", many=True)
            made.html("place", "<p>a</p>", acts=True)
            made.plot("plot")
            made.state([])
        made.follow_language(page)
    return page


def told(page: Any) -> dict[int, dict[str, Any]]:
    """What a new session is told of each component."""
    return {
        number: page.default_config.config_for_block(number, [], component)
        for number, component in page.blocks.items()
    }


def test_finished_page_tells_the_same_of_its_components() -> None:
    page = laid()
    before = told(page)
    widgets.finish(page)
    assert told(page) == before
    assert any(one["props"].get("elem_id") == "place" for one in before.values())


@pytest.mark.parametrize("change", [lambda props: props.clear(), lambda p: p.update(value="b")])
def test_what_one_session_changes_no_other_is_told(change: Callable[[Any], None]) -> None:
    page = laid()
    widgets.finish(page)
    before = told(page)
    for one in told(page).values():
        change(one["props"])
    assert told(page) == before
