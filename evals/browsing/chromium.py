"""The browser: Debian's chromium, driven by Playwright; the one module that imports it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "apt-get install chromium fonts-noto-cjk"
# No name but this machine's resolves: what a page asks for elsewhere fails, and is recorded.
_ARGUMENTS = (
    "--no-sandbox",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-component-update",
    "--lang=zh-CN",
)


def missing_browser() -> str:
    """Return why no browser can be driven here and what helps, "" when one can."""
    if find_spec("playwright") is None:
        return "playwright is not installed: run `make test`"
    if find_chromium() is None:
        return f"no chromium on the PATH: {INSTALL}"
    return ""


def find_chromium() -> str | None:
    """Return the browser's executable, None when there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def open_chromium() -> "Iterator[Browser]":
    """Yield a browser of its own; its contexts share nothing."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()
