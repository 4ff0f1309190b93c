"""The widgets of the page; the one module that imports Gradio.

Every event is private to the page, every text comes from the tables of words and follows the
switch of language, and what goes wrong is told in words. Knows no report and no answer.
"""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

import gradio as gr
from gradio.components.plot import PlotData
from gradio.utils import get_upload_folder

from assistant.markup import Html, tag
from assistant.page.assets import joined, on_load, theme
from assistant.page.gate.bodies import names_address
from assistant.page.telling import told
from assistant.page.together import Together
from assistant.page.words import LANGUAGES, Words, all_of, words
from index.model import NianbaoError

Component: TypeAlias = Any  # of Gradio, which is not typed
Trigger: TypeAlias = Any
Event: TypeAlias = Callable[..., Any]
# What a click on an element with data-do, or data-source, tells: its data- attributes.
Act: TypeAlias = dict[str, str]
Progress: TypeAlias = Literal["full", "minimal", "hidden"]

AT_ONCE = 4
WAITING = 64
LONGEST_LINE = 500
_TOLD_EVERY = 2.0  # seconds


def blocks(title: str) -> Component:
    """Return the empty page to lay widgets into, used as a context."""
    return _Page(title=title, analytics_enabled=False, delete_cache=(3600, 3600))


def looks() -> dict[str, Any]:
    """Return what `launch` needs for the look: local fonts, the styles and scripts of `assets`."""
    look = theme()
    colours = gr.themes.Base(**look["base"]).set(**look["set"])
    said = {"title": all_of("page.title")[""], "gradio": all_of("gradio.")}
    texts = json.dumps(said).replace("<", "\\u003c")
    script = f"window.nianbaoTexts = {texts};\n{joined('.js')}"
    return {"theme": colours, "css": joined(".css"), "head": f"<script>{script}</script>"}


def uploads() -> Path:
    """Return the folder where the page keeps what is uploaded."""
    return Path(get_upload_folder())


def finish(page: Component) -> None:
    """Bound what waits, once all is laid out; direct calls past the queue are closed.

    Those who wait are told of their place at times: telling each at every change costs more than
    the answers. What a new session asks of every component is worked out here, once.
    """
    for component in page.blocks.values():
        component.get_config = partial(dict, component.get_config())
    page.queue(api_open=False, max_size=WAITING, default_concurrency_limit=AT_ONCE,
               status_update_rate=_TOLD_EVERY)  # fmt: skip


def public_events(page: Component) -> frozenset[int]:
    """Return the numbers of the events that are for everyone, all others are the page's own."""
    return frozenset(n for n, event in page.fns.items() if event.api_visibility == "public")


class Widgets:
    """Makes the components of one page and ties their events.

    A `key` such as "ask.question" names the label in the tables of words, `key.hint`, if any, what
    stands in an empty field. `language` is the header's switch, `worded` what it redraws.
    """

    def __init__(self, language: str = "zh") -> None:
        self._words = words(language)
        self._said: list[tuple[Component, Callable[[Words], dict[str, Any]]]] = []
        self.language: Component = None
        self.panel: Component = None
        self.calls: dict[str, Component] = {}
        self.worded = Together()

    def tab(self, key: str) -> Component:
        """Return a tab to lay widgets into; its `select` is the trigger of being opened."""
        return self._made(
            gr.Tab, lambda say: {"label": say(key)}, id=key, elem_id=_id(key), render_children=True
        )

    def row(self, **options: Any) -> Component:
        """Return a row; it wraps on narrow screens."""
        return gr.Row(**options)

    def column(self, **options: Any) -> Component:
        """Return a column; `scale` and `min_width` are Gradio's."""
        return gr.Column(**options)

    def folded(self, key: str, opened: bool = False) -> Component:
        """Return a part that unfolds under its title."""
        return self._made(gr.Accordion, lambda say: {"label": say(key)}, open=opened)

    def html(
        self, name: str, value: str = "", *,
        acts: bool = False, places: bool = False, comes_up: bool = False,
    ) -> Component:  # fmt: skip
        """Return a place for HTML of the views; `name` is its id in the page.

        With `acts` a click on an element with data-do in it triggers `click` (see `on_act`); with
        `places` it moves to what is marked in it, with `comes_up` the page moves to it when
        something new is in it.
        """
        wanted = {"acts": acts, "places": places, "comes_up": comes_up}
        script = "".join(on_load(name) for name, on in wanted.items() if on)
        return gr.HTML(value, elem_id=name, js_on_load=script or None, container=False)

    def said(self, name: str, view: Callable[[Words], Html]) -> Component:
        """Return a fixed piece of HTML that follows the switch of language."""
        return self._made(gr.HTML, lambda say: {"value": view(say)}, elem_id=name, js_on_load=None)

    def sources(self) -> Component:
        """Return the panel of sources, kept as `panel`: any data-source of the page triggers it.

        The act's `turn` differs for each click; what is shown must too, to open again when closed.
        """
        self.panel = gr.HTML("", elem_id="source", js_on_load=on_load("sources"), container=False)
        return self.panel

    def calling(self, name: str, tab: str) -> Component:
        """Return an unseen place, kept in `calls`: elements with data-`name` anywhere trigger it.

        Such a click opens `tab` too. It must stand outside the tabs, which are built when opened.
        """
        script = on_load("called").replace("NAME", name).replace("TAB", _id(tab))
        made = gr.HTML("", elem_id=f"called-{name}", js_on_load=script, container=False)
        self.calls[name] = made
        return made

    def textbox(
        self, key: str, *, lines: int = 1, longest: int = LONGEST_LINE, secret: bool = False,
        value: str = "", **options: Any,
    ) -> Component:  # fmt: skip
        """Return a field for text of at most `longest` characters."""
        return self._made(
            gr.Textbox, self._hinted(key), value=value, lines=lines, max_length=longest,
            type="password" if secret else "text", elem_id=_id(key), **options,
        )  # fmt: skip

    def number(self, key: str, **options: Any) -> Component:
        """Return a field for a number."""
        return self._made(gr.Number, lambda say: {"label": say(key)}, elem_id=_id(key), **options)

    def checkbox(self, key: str, value: bool = False) -> Component:
        """Return a box to tick."""
        return self._made(
            gr.Checkbox, lambda say: {"label": say(key)}, value=value, elem_id=_id(key)
        )

    def choice(
        self, key: str, options: Sequence[str] | Mapping[str, str] = (), *,
        many: bool = False, radio: bool = False, value: Any = None, **more: Any,
    ) -> Component:  # fmt: skip
        """Return a choice of values; a mapping gives the key of the word for each value."""

        def said(say: Words) -> dict[str, Any]:
            if isinstance(options, Mapping):
                return {"label": say(key), "choices": [(say(k), v) for v, k in options.items()]}
            return {"label": say(key)}

        made = gr.Radio if radio else gr.Dropdown
        extra: dict[str, Any] = {} if radio else {"multiselect": many, "filterable": True}
        if not isinstance(options, Mapping):
            extra["choices"] = list(options)
        return self._made(made, said, value=value, elem_id=_id(key), **extra, **more)

    def button(self, key: str, *, primary: bool = False, **options: Any) -> Component:
        """Return a button; `click` is its trigger."""
        return self._made(
            gr.Button, lambda say: {"value": say(key)}, elem_id=_id(key),
            variant="primary" if primary else "secondary", **options,
        )  # fmt: skip

    def download(self, key: str, **options: Any) -> Component:
        """Return a button that downloads the file whose path an event gives as its value."""
        return self._made(
            gr.DownloadButton, lambda say: {"label": say(key)}, elem_id=_id(key),
            interactive=True, **options,
        )  # fmt: skip

    def downloads(
        self, button: Component, write: Event, inputs: Sequence[Component] = (),
        also: Sequence[Component] = (),
    ) -> None:  # fmt: skip
        """Let a click on `button` download what `write` makes: its path, and values for `also`."""
        unseen = gr.DownloadButton(elem_classes="nb-unseen")  # it knows where the file is served
        made = self.on(button.click, write, inputs, [unseen, *also])
        taken = "(file) => window.nianbao.download(file)"
        made.success(None, [unseen], js=taken, api_visibility="private")

    def upload(
        self, key: str, types: Sequence[str] = (), count: str = "multiple", **options: Any
    ) -> Component:
        """Return a place to drop files on; `count` is single, multiple or directory.

        Without `types` it takes every file: what is wrong with one can then be told of it alone.
        """
        return self._made(
            gr.File, lambda say: {"label": say(key)}, file_types=list(types) or None,
            file_count=count, elem_id=_id(key), **options,
        )  # fmt: skip

    def plot(self, name: str) -> Component:
        """Return a place for a chart, hidden until there is one."""
        return gr.Plot(show_label=False, visible=False, elem_id=name, container=False)

    def drawing(self, spec: Mapping[str, Any]) -> Any:
        """Return a chart's JSON as the value of a `plot`."""
        return PlotData(type="altair", plot=json.dumps(spec, ensure_ascii=False))

    def state(self, value: Any = None) -> Component:
        """Return what one visitor's session keeps on the server, for an hour at most."""
        return gr.State(value, time_to_live=3600)

    def timer(self, seconds: float, active: bool = False) -> Component:
        """Return a clock whose `tick` is a trigger."""
        return gr.Timer(seconds, active=active)

    def on(
        self, triggers: Any, act: Event, inputs: Sequence[Component] = (),
        outputs: Sequence[Component] = (), *, at_once: int = AT_ONCE,
        progress: Progress = "minimal", **options: Any,
    ) -> Component:  # fmt: skip
        """Run `act` (a generator streams) on any of the triggers; returns it, for `then`.

        `act` gets the inputs' values, and gives as many values as there are outputs. Errors that a
        user can meet are shown to them.
        """
        return gr.on(
            triggers, told(act, self._shown), list(inputs), list(outputs),
            api_visibility="private", concurrency_limit=at_once, **_shows(progress, outputs),
            **options,
        )  # fmt: skip

    def then(
        self, after: Component, act: Event, inputs: Sequence[Component] = (),
        outputs: Sequence[Component] = (), *, succeeded: bool = False,
        progress: Progress = "hidden", **options: Any,
    ) -> Component:  # fmt: skip
        """Run `act` after an event that `on` returned; as private, and as plain in its errors.

        With `succeeded` not where the event failed.
        """
        tie = after.success if succeeded else after.then
        return tie(
            told(act, self._shown), list(inputs), list(outputs),
            api_visibility="private", concurrency_limit=AT_ONCE, **_shows(progress, outputs),
            **options,
        )  # fmt: skip

    def on_act(
        self, place: Component, act: Event, inputs: Sequence[Component] = (),
        outputs: Sequence[Component] = (), **options: Any,
    ) -> Component:  # fmt: skip
        """Run `act` on a click in a place made with `acts`: its first argument is the `Act`."""
        return self.on_acts([place.click], act, inputs, outputs, **options)

    def on_acts(
        self, triggers: Sequence[Trigger], act: Event, inputs: Sequence[Component] = (),
        outputs: Sequence[Component] = (), **options: Any,
    ) -> Component:  # fmt: skip
        """Run `act` on any of the triggers: its first argument is the `Act`, {} of a button."""
        return self.on(triggers, _takes_event(act, len(inputs)), inputs, outputs, **options)

    def draw(
        self, tab: Component, act: Event, inputs: Sequence[Component], outputs: Sequence[Component]
    ) -> None:
        """Run `act` when `tab` is opened, and when the language is switched while it is open."""
        self.on(tab.select, act, inputs, outputs, progress="hidden")
        self.worded.add(act, inputs, outputs, tab.elem_id)

    def publish(self, name: str, function: Event, description: str) -> None:
        """Publish a fully typed function as the endpoint `name` of the API."""
        gr.events.api(told(function, self._said_plainly), api_name=name,
                      api_description=description, concurrency_limit=AT_ONCE)  # fmt: skip

    def switch_of_language(self) -> Component:
        """Return the switch of language; `follow_language` makes it work, after all is laid out."""
        names = {"zh": "中文", "en": "English"}
        self.language = self._made(
            gr.Radio, lambda say: {"label": say("page.language")}, value=self._words.language,
            choices=[(names[code], code) for code in LANGUAGES], elem_id="language", min_width=160,
        )  # fmt: skip
        return self.language

    def follow_language(self, page: Component) -> None:
        """Let every text of the page follow the switch, and the browser remember the choice."""
        kept = gr.BrowserState("zh", storage_key="nianbao-language", secret="nianbao-language")

        def said(language: str) -> list[Any]:
            say = words(language)
            return [language, *(gr.update(**texts(say)) for _, texts in self._said)]

        self.on(page.load, lambda code: words(code).language, [kept], [self.language],
                progress="hidden")  # fmt: skip
        spoken = "(code) => window.nianbao.speak(code)"
        self.language.change(None, [self.language], js=spoken, api_visibility="private")
        self.worded.add(said, [self.language], [kept, *(made for made, _ in self._said)])
        opened, all_ = gr.Textbox(visible=False), self.worded  # the browser knows which tab is
        self.on(
            self.language.change, all_.do, [opened, *all_.inputs], all_.outputs, progress="hidden",
            js="(opened, ...values) => [window.nianbao.opened(), ...values]",
        )  # fmt: skip

    def _shown(self, error: Exception) -> Exception:
        """Return what a visitor is told; the rest goes to the log of the server."""
        if isinstance(error, NianbaoError):
            return gr.Error(str(tag("span", str(error))), title="", print_exception=False)
        return self._said_plainly(error)

    def _said_plainly(self, error: Exception) -> Exception:
        """Return what a program is told: as a visitor, but no markup."""
        if isinstance(error, gr.Error):
            return error
        if isinstance(error, NianbaoError):
            return gr.Error(str(error), title="", print_exception=False)
        return gr.Error(self._words("page.failed", kind=type(error).__name__), title="")

    def _hinted(self, key: str) -> Callable[[Words], dict[str, Any]]:
        def said(say: Words) -> dict[str, Any]:
            hint = say.get(f"{key}.hint")
            return {"label": say(key)} | ({"placeholder": hint} if hint else {})

        return said

    def _made(
        self, kind: Event, texts: Callable[[Words], dict[str, Any]], **fixed: Any
    ) -> Component:  # fmt: skip
        """Return a component whose `texts` follow the switch of language."""
        component = kind(**texts(self._words), **fixed)
        self._said.append((component, texts))
        return component


class _Page(gr.Blocks):
    """The page; unlike Gradio's own it fetches nothing that a client names as a file."""

    async def preprocess_data(self, block_fn: Any, inputs: Any, *more: Any, **named: Any) -> Any:
        """Return what the events get, after every file in it was seen to be an upload."""
        if names_address(inputs):
            raise gr.Error(words("zh")("page.address"), title="", print_exception=False)
        return await super().preprocess_data(block_fn, inputs, *more, **named)


def update(**properties: Any) -> Any:
    """Return a change of properties of an output, such as visible=False or value=…."""
    return gr.update(**properties)


def _shows(progress: Progress, outputs: Sequence[Component]) -> dict[str, Any]:
    """Return where an event shows that it is under way.

    At each step of any event Gradio goes through all places where one ever did, so it is one only:
    the first that is filled with HTML.
    """
    places = [one for one in outputs if isinstance(one, gr.HTML) and progress != "hidden"]
    return {"show_progress": progress, "show_progress_on": places[:1]}


def _takes_event(act: Event, inputs: int) -> Event:
    """Return `act` with the signature by which Gradio hands in the event after the inputs."""
    plain = inspect.Parameter.POSITIONAL_OR_KEYWORD
    names = [inspect.Parameter(f"value_{number}", plain) for number in range(inputs)]
    event = inspect.Parameter("event", plain, annotation=gr.EventData)

    def streamed(*given: Any) -> Iterator[Any]:
        yield from act(_act_of(given[-1]), *given[:-1])

    def once(*given: Any) -> Any:
        return act(_act_of(given[-1]), *given[:-1])

    called: Event = streamed if inspect.isgeneratorfunction(act) else once
    called.__signature__ = inspect.Signature([*names, event])  # type: ignore[attr-defined]
    called.__annotations__ = {"event": gr.EventData}
    return called


def _act_of(event: gr.EventData) -> Act:
    """Return what a click told; nothing where it was not on an element that acts."""
    told = event._data if isinstance(event._data, dict) else {}
    return {str(key): str(value) for key, value in told.items()}


def _id(key: str) -> str:
    return key.replace(".", "-")
