"""Which file a browser may fetch: one that the page itself laid into its folder of downloads.

Gradio would serve anything of its temporary folder, uploads of every visitor included.
"""

from pathlib import Path

from assistant.page.gate.routes import FILE


def served_file(path: str, folder: Path) -> Path | None:
    """Return the real file that a request for `file=…` may have, else None.

    `path` is the request's path, decoded once. A file that lies in `folder` by its name but
    elsewhere by its links is none of the page's; nor is what is not a plain file.
    """
    text = path.removeprefix(FILE)
    named = Path(text)
    if not named.is_absolute() or ".." in named.parts or str(named) != text:
        return None
    try:
        real = named.resolve(strict=True)
        inside = real.is_relative_to(folder.resolve(strict=True)) and real.is_file()
    except (OSError, ValueError, RuntimeError):
        return None
    return real if inside else None
