"""The generated parts of README.md: `--write` puts them in, `--check` fails when they are old.

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`; everything in it is printed by
the program, read from the tree, or kept under evals/results. The rest of the file is not touched.
"""

import argparse
import ast
import difflib
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from evals.demo import QUESTION, ROOT, SAMPLES, add_samples, run_nianbao

README = ROOT / "README.md"
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_FOLDERS = {
    ".ci": "what a build server runs",
    "prompts": "one file per prompt",
    "tests": "one file per module, behaviour through public functions",
    "evals/cases": "the question bank",
    "evals/gold": "what the sample reports hold, by hand",
    "evals/reports": "sample reports, written afresh: real figures or plainly fictional places",
    "evals/results": "kept figures, each written by a command",
    "index/data": "labels, synonyms, places, metrics: tables that need no code to extend",
    "assistant/data": "words, comparators, sentences of the question grammar",
}
_PACKAGES = ("assistant", "index", "evals")


def tracked_files() -> tuple[str, ...]:
    """Return the paths git tracks or would add, relative to the root, sorted."""
    listed = subprocess.run(
        ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"),
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return tuple(sorted(p for p in listed.stdout.split("\0") if p and (ROOT / p).is_file()))


def first_sentence(module: Path) -> str:
    """Return the first line of a module's docstring without its full stop; '' when it has none."""
    lines = (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").splitlines()
    return lines[0].rstrip(".") if lines else ""


def render_tree() -> str:
    """Return the annotated tree: packages with their modules, each by its own first sentence.

    `load.py +2` stands for load.py and the two modules load_*.py behind it; a folder inside a
    package is one line.
    """
    files = tracked_files()
    lines = [("app.py", first_sentence(ROOT / "app.py"))]
    for package in _PACKAGES:
        lines.append((f"{package}/", first_sentence(ROOT / package / "__init__.py")))
        lines.extend((f"  {name}", says) for name, says in _inside(package, files))
    top = {path.split("/")[0] for path in files if "/" in path} - {*_PACKAGES}
    lines.extend((f"{folder}/", _FOLDERS.get(folder, "")) for folder in sorted(top))
    width = max(len(name) for name, _ in lines) + 2
    return "```\n" + "\n".join(f"{name:{width}}{says}".rstrip() for name, says in lines) + "\n```\n"


def _inside(package: str, files: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield name and sentence of what stands directly in a package: modules, then folders."""
    inside = [path.removeprefix(f"{package}/") for path in files if path.startswith(f"{package}/")]
    stems = sorted(n[:-3] for n in inside if n.endswith(".py") and "/" not in n)
    for stem in stems:
        behind = sum(other.startswith(f"{stem}_") for other in stems)
        folded = any(stem.startswith(f"{other}_") for other in stems)
        if stem != "__init__" and not folded:
            more = f" +{behind}" if behind else ""
            yield f"{stem}.py{more}", first_sentence(ROOT / package / f"{stem}.py")
    for folder in sorted({name.split("/")[0] for name in inside if "/" in name}):
        opening = ROOT / package / folder / "__init__.py"
        says = _FOLDERS.get(f"{package}/{folder}") or first_sentence(opening)
        yield f"{folder}/", says


def render_help() -> str:
    """Return what `nianbao --help` prints."""
    return f"```\n$ nianbao --help\n{_printed('--help')}```\n"


def render_answer() -> str:
    """Return what the program prints for the demonstration's question over the sample reports."""
    with tempfile.TemporaryDirectory() as folder:
        if code := add_samples(Path(folder), show=False):
            raise SystemExit(f"{SAMPLES!r} 里的样例报告没有全部读入（退出码 {code}）")
        answer = _printed("ask", QUESTION, "--library", folder)
    return f"```\n$ nianbao ask {QUESTION}\n{answer}```\n"


def _printed(*arguments: str) -> str:
    """Return what the program prints, without blanks at the ends of lines and of the whole."""
    done = run_nianbao(*arguments)
    if done.code:
        raise SystemExit(f"nianbao {' '.join(arguments)} 没有成功（退出码 {done.code}）")
    lines = [line.rstrip() for line in done.output.splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


def render_results() -> str:
    """Return the tables kept under evals/results, by file name."""
    tables = sorted((ROOT / "evals" / "results").glob("*.md"))
    return "\n".join(table.read_text(encoding="utf-8").strip() + "\n" for table in tables)


PARTS: dict[str, Callable[[], str]] = {
    "answer": render_answer,
    "help": render_help,
    "results": render_results,
    "tree": render_tree,
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
