"""The page: its tabs, in order, over one library; what they do stands in `assistant.page`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.page.house import House

HOST = "127.0.0.1"


def build_page(house: "House") -> Any:
    """Return the page over the library of `house`."""
    from assistant.page import widgets
    from assistant.page.desks.embedding import EmbeddingDesk
    from assistant.page.frame import Frame
    from assistant.page.tabs import api, ask, check, evaluate, extract, header, library, settings
    from assistant.page.words import words
    from evals.pages.desk import EvalDesk

    made = widgets.Widgets()
    page = widgets.blocks(words("zh")("page.title"))
    with page:
        frame = Frame(made, page, house, made.state(), EmbeddingDesk(house))
        header.lay(frame)
        for tab in (ask, library, extract, check):
            tab.lay(frame)
        evaluate.lay(frame, EvalDesk(house))
        settings.lay(frame)
        api.lay(frame)
        made.follow_language(page)
    widgets.queue(page)
    return page


def main() -> None:
    """Serve the page."""
    from assistant.answer import warm_up
    from assistant.page.house import House
    from assistant.page.widgets import looks
    from assistant.settings import library_folder
    from index.store.library import Library

    reader = argparse.ArgumentParser(description=main.__doc__)
    reader.add_argument("--library", type=Path, default=None, help="the library's folder")
    reader.add_argument("--port", type=int, default=None, help="the first free one from 7860")
    asked = reader.parse_args()

    library = Library.open(library_folder(asked.library))
    warm_up(library)
    build_page(House(library, host=HOST)).launch(
        server_name=HOST,
        server_port=asked.port,
        share=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        **looks(),
    )


if __name__ == "__main__":
    main()
