"""The page: its tabs, in order, over one library; what they do stands in `assistant.page`."""

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.page.house import House
    from assistant.page.surroundings import Folders
    from assistant.settings import Settings

HOST = "127.0.0.1"
PUBLISHED = ("ask", "extract", "source")
MOST_UPLOADED = "60mb"  # a file; above every limit of the loader, which says why it refuses one


def build_page(house: "House") -> Any:
    """Return the page over the library of `house`; Gradio is loaded here."""
    from assistant.feedback import read_feedback
    from assistant.page import widgets
    from assistant.page.desks.embedding import EmbeddingDesk
    from assistant.page.frame import Frame
    from assistant.page.tabs import api, ask, check, evaluate, extract, header, library, settings
    from assistant.page.views.feedback import feedback_view
    from assistant.page.words import words
    from evals.pages.desk import EvalDesk

    made = widgets.Widgets()
    page = widgets.blocks(words("zh")("page.title"))
    with page:
        frame = Frame(made, page, house, made.state(), EmbeddingDesk(house), made.state(""))
        header.lay(frame)
        for tab in (ask, library, extract, check):
            tab.lay(frame)
        evaluate.lay(
            frame, EvalDesk(house), lambda say: feedback_view(read_feedback(house.folder), say)
        )
        settings.lay(frame)
        api.lay(frame)
        made.follow_language(page)
    widgets.finish(page)
    return page


def serve(asked: argparse.Namespace, settings: "Settings", folders: "Folders") -> None:
    """Open the library and serve its page until Ctrl-C, behind the gate."""
    from starlette.middleware import Middleware

    from assistant.answer import warm_up
    from assistant.page.gate import Gate, Rules, hosts_of
    from assistant.page.house import House
    from assistant.page.login import LoginCheck, read_logins
    from assistant.page.widgets import looks, public_events
    from assistant.settings import library_folder
    from index.store.library import Library

    library = Library.open(library_folder(asked.library))
    warm_up(library)
    page = build_page(House(library, settings, asked.host, folders.downloads))
    logins = read_logins(settings.login)
    events = public_events(page)
    hosts = hosts_of(asked.host, (settings.hosts or "").split(","))
    rules = Rules(hosts, PUBLISHED, lambda: events, folders.downloads, bool(logins))
    page.launch(
        server_name=f"[{asked.host}]" if ":" in asked.host else asked.host,
        server_port=asked.port,
        auth=LoginCheck(logins) if logins else None,
        app_kwargs={"middleware": [Middleware(Gate, rules=rules)]},
        max_file_size=MOST_UPLOADED,
        show_error=False,
        quiet=True,
        prevent_thread_lock=True,
        share=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        **looks(),
    )
    print(f"网页已打开：{page.local_url}（按 Ctrl-C 结束）", flush=True)
    with suppress(KeyboardInterrupt):
        Event().wait()
    page.close(verbose=False)


def main() -> None:
    """Serve the page; a wrong use is told before anything heavy is loaded."""
    from platformdirs import user_cache_path

    from assistant.cli import explain
    from assistant.page.login import read_logins, require_login
    from assistant.page.surroundings import settle_environment
    from assistant.settings import load_settings
    from index.model import NianbaoError

    reader = argparse.ArgumentParser(description=main.__doc__)
    reader.add_argument("--library", type=Path, default=None, help="the library's folder")
    reader.add_argument("--port", type=int, default=None, help="the first free one from 7860")
    reader.add_argument("--host", default=HOST, help="beyond this machine only with a login")
    asked = reader.parse_args()
    try:
        settings = load_settings()
        require_login(asked.host, read_logins(settings.login))
        with settle_environment(user_cache_path("nianbao") / "page", asked.host) as folders:
            serve(asked, settings, folders)
    except NianbaoError as error:
        sys.exit(explain(error))


if __name__ == "__main__":
    main()
