"""One visitor of the page: a browser context of their own, and all that went wrong in it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from assistant.page.words import Language, words

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        ConsoleMessage,
        Dialog,
        FilePayload,
        Locator,
        Page,
        Request,
    )

Theme = Literal["light", "dark"]
WIDE, NARROW = (1280, 900), (390, 844)
PATIENCE = 20_000  # milliseconds
_MOST_TABS = 80
# What Gradio prints to the console when a page is left while it listens for its events.
_ALLOWED = (re.compile(r"^AbortError: signal is aborted without reason"),)

_UNDERWAY = files(__package__).joinpath("underway.js").read_text("utf-8")
# Nothing of Gradio is under way, and nothing has changed for a moment since this was first asked.
_BEGIN = "() => { window.stillness = {at: performance.now(), seen: null}; }"
_STILL = """() => {
  const held = window.stillness;
  const now = document.body.innerText + document.body.scrollHeight;
  if (window.underway() || now !== held.seen) {
    Object.assign(held, {at: performance.now(), seen: now});
  }
  return performance.now() - held.at > 250;
}"""


class Visitor:
    """A page opened by one visitor; `faults` is what no visitor may ever cause.

    A fault is a request to anywhere but the page's server, an error in the console, an uncaught
    error, and a dialog, for only a script that came in from outside opens one.
    """

    def __init__(self, page: "Page", url: str, language: Language = "zh") -> None:
        self.page = page
        self.url = url
        self.faults: list[str] = []
        self.say = words(language)
        page.context.add_init_script(_UNDERWAY)
        page.context.on("request", self._requested)
        page.context.on("console", self._printed)
        page.context.on("weberror", lambda one: self.faults.append(f"uncaught: {one.error}"))
        page.on("dialog", self._asked)

    def open(self) -> None:
        """Open the page and wait until it can be used."""
        self.page.goto(self.url)
        self.ready()

    def ready(self) -> None:
        """Wait until the page can be used."""
        self.page.locator("#head h1").wait_for()
        self.page.locator("#ask-send").wait_for()
        self.page.locator("#head-library .nb").wait_for()
        self.page.locator("#ask-examples .nb").wait_for()

    def leave(self, act: Callable[[], object]) -> None:
        """Leave the page and come back by `act`; Gradio tells the console what that cut off."""
        act()
        self.ready()
        self.faults = [one for one in self.faults if "Connection errored out" not in one]

    def tab(self, key: str) -> "Locator":
        """Open the tab `key` such as "library" and return what it holds.

        Where the tabs do not fit it is taken from the menu that holds the rest.
        """
        button = self.page.locator(f'[role=tab][data-tab-id="{key}.tab"]')
        if not button.is_visible():
            self.page.locator(".overflow-menu > button").first.click()
            label = self.say(f"{key}.tab")
            button = self.page.locator(".overflow-dropdown").get_by_text(label, exact=True)
        button.click()
        panel = self.page.locator(f"#{key}-tab")
        panel.wait_for()
        return panel

    def ask(self, question: str) -> None:
        """Type a question and send it; the answer is not waited for."""
        self.field("ask-question").fill(question)
        self.page.locator("#ask-send").click()

    def upload(self, *files: "Path | FilePayload") -> "Locator":
        """Put files into the library; return where it is told what became of them, at the end."""
        tab = self.tab("library")
        tab.get_by_text(self.say("library.upload"), exact=True).first.click()
        chosen: Any = list(files)
        self.page.locator("#library-files input[type=file]").first.set_input_files(chosen)
        told = self.page.locator("#library-told")
        finished = re.escape(self.say("library.finished", total="TOTAL")).replace("TOTAL", r"\d+")
        told.get_by_text(re.compile(finished)).wait_for(timeout=3 * PATIENCE)
        return told

    def number(self, said: str) -> "Locator":
        """Return the first number of the open tab that reads `said`, unit or not, and opens."""
        exactly = re.compile(rf"^\s*{re.escape(said)}\s*(件|条|份|项)?\s*$")
        numbers = self.page.locator("[role=tabpanel]").locator("[data-source]")
        return numbers.filter(has_text=exactly, visible=True).first

    def speak(self, language: Language) -> None:
        """Switch the language of the page."""
        self.say = words(language)
        self.page.locator(f"#language input[value={language}]").check()
        self.page.get_by_role("tab", name=self.say("ask.tab"), exact=True).wait_for()
        self.settle()

    def tab_to(self, selector: str) -> None:
        """Press the Tab key until what `selector` names has the focus."""
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(one) => document.activeElement.matches(one)", selector):
                return
        raise AssertionError(f"{selector} is not reached by {_MOST_TABS} times Tab")

    def field(self, name: str) -> "Locator":
        """Return the field of the widget with the id `name`."""
        return self.page.locator(f"#{name} textarea, #{name} input").first

    def settle(self) -> None:
        """Wait until nothing is under way and the page stands still."""
        self.page.evaluate(_BEGIN)
        self.page.wait_for_function(_STILL)

    def _requested(self, request: "Request") -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("data", "blob", "about"):
            return
        if parts.netloc != urlsplit(self.url).netloc:
            self.faults.append(f"request to {request.url[:200]}")

    def _printed(self, message: "ConsoleMessage") -> None:
        if message.type != "error" or any(one.search(message.text) for one in _ALLOWED):
            return
        self.faults.append(f"console: {message.text[:500]} ({message.location.get('url')})")

    def _asked(self, dialog: "Dialog") -> None:
        self.faults.append(f"dialog: {dialog.message[:200]}")
        dialog.dismiss()


@contextmanager
def visit(
    browser: "Browser",
    url: str,
    *,
    size: tuple[int, int] = WIDE,
    theme: Theme = "light",
    locale: str = "zh-CN",
) -> Iterator[Visitor]:
    """Yield a new visitor whose page is open."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        locale=locale,
        accept_downloads=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    try:
        visitor = Visitor(context.new_page(), url)
        visitor.open()
        yield visitor
    finally:
        context.close()
