"""The generated parts of README.md: `--write` puts them in, `--check` fails when they are old.

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`; everything in it is printed by
the program or kept under evals/results. The rest of the file is not touched.
"""

import argparse
import difflib
import os
import re
import tempfile
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from evals.demo import QUESTION, ROOT, SAMPLES, add_samples, run_nianbao

HELP_WIDTH, ANSWER_WIDTH = 100, 150
_SHOWN = 1
README = ROOT / "README.md"
# What follows in a results file is too long for the README.
MORE = "<!-- more -->"
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def render_help() -> str:
    """Return what `nianbao --help` prints, without its empty lines."""
    printed = "\n".join(line for line in _printed("--help").splitlines() if line)
    return f"```\n$ nianbao --help\n{printed}\n```\n"


def render_answer() -> str:
    """Return what the program prints for the demonstration's question over the sample reports.

    Only the place of the checkout is taken out of the paths.
    """
    with tempfile.TemporaryDirectory() as folder:
        if code := add_samples(Path(folder), show=False):
            raise SystemExit(f"{SAMPLES!r} 里的样例报告没有全部读入（退出码 {code}）")
        answer = _printed("ask", QUESTION, "--library", folder, width=ANSWER_WIDTH)
    answer = _shortened(answer.replace(f"{ROOT}{os.sep}", ""))
    return f"```\n$ nianbao ask {QUESTION}\n{answer}```\n"


def _shortened(answer: str) -> str:
    """Return the answer with each list cut after a few lines; what is left out is counted."""
    kept: list[str] = []
    for _, run in groupby(answer.splitlines(), key=_listed):
        lines = list(run)
        if _listed(lines[0]) and len(lines) > _SHOWN:
            kept += [*lines[:_SHOWN], f"  （略去 {len(lines) - _SHOWN} 行）"]
        else:
            kept += lines
    return "\n".join(kept) + "\n"


def _listed(line: str) -> bool:
    """Tell whether a line is an item of a list: a row of a table, a file."""
    return "│" in line or line.startswith("  ")


def _printed(*arguments: str, width: int = HELP_WIDTH) -> str:
    """Return what the program prints, without blanks at the ends of lines and of the whole."""
    done = run_nianbao(*arguments, width=width)
    if done.code:
        raise SystemExit(f"nianbao {' '.join(arguments)} 没有成功（退出码 {done.code}）")
    lines = [line.rstrip() for line in done.output.splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


def render_results() -> str:
    """Return what each file under evals/results says before its `MORE`, by file name.

    A file that says one thing becomes one item of a list; the others keep their headings.
    """
    items, parts = [], []
    for table in sorted((ROOT / "evals" / "results").glob("*.md")):
        shown, more, _ = table.read_text(encoding="utf-8").partition(MORE)
        link = f"（[全部](evals/results/{table.name})）" if more else ""
        heading, _, body = shown.strip().partition("\n")
        lines = body.strip().splitlines()
        if len(lines) == 1:
            items.append(f"- **{heading.lstrip('# ')}**{link}: {lines[0].strip()}\n")
        else:
            parts.append(f"{heading}{link}\n" + "\n".join(lines).strip() + "\n")
    return "\n".join([*parts, "".join(items)])


PARTS: dict[str, Callable[[], str]] = {
    "answer": render_answer,
    "help": render_help,
    "results": render_results,
}


def regenerate(text: str, *names: str) -> str:
    """Return `text` with its generated parts written anew; only `names` when some are given."""

    def part(found: re.Match[str]) -> str:
        if names and found[2] not in names:
            return found[0]
        return found[1] + PARTS[found[2]]() + found[3]

    return _PART.sub(part, text)


def main() -> int:
    """Write README.md, or tell whether its generated parts are what the program prints now."""
    reader = argparse.ArgumentParser(prog="python -m evals.readme", description=main.__doc__)
    choice = reader.add_mutually_exclusive_group(required=True)
    choice.add_argument("--check", action="store_true", help="exit with 1 when a part is old")
    choice.add_argument("--write", action="store_true", help="write the parts anew")
    reader.add_argument("names", nargs="*", help=f"only these parts: {', '.join(PARTS)}")
    asked = reader.parse_args()
    old = README.read_text(encoding="utf-8")
    new = regenerate(old, *asked.names)
    if asked.write:
        README.write_text(new, encoding="utf-8")
        return 0
    changed = difflib.unified_diff(
        old.splitlines(), new.splitlines(), "README.md", "now", "", "", 1
    )
    print("\n".join(changed))
    return int(old != new)


if __name__ == "__main__":
    raise SystemExit(main())
