"""The command that finds passages: search."""

import re
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.commands.console import (
    NO_ANSWER,
    ChineseCommand,
    JsonOption,
    LibraryOption,
    finish,
    open_library,
    print_json,
    say,
    warn,
)

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.narrow import Narrowed
    from index.search.hit import Hit, SearchResult
    from index.store.library import Library

_Mode = Literal["hybrid", "lexical", "dense"]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    purpose = "在报告正文里搜索段落；查询里写明的地名和年份就是范围，不会放宽。"
    app.command("search", cls=ChineseCommand, help=purpose)(search)


def search(
    query: Annotated[str, typer.Argument(metavar="查询", help="要找的内容，用平常的话")],
    year: Annotated[
        list[int] | None, typer.Option("--year", metavar="年份", help="报告年度，可给多个")
    ] = None,
    place: Annotated[
        list[str] | None, typer.Option("--place", metavar="地名", help="地方或机关，可给多个")
    ] = None,
    section: Annotated[
        list[str] | None, typer.Option("--section", metavar="节", help="节名或一到六，可给多个")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="条数", min=1, max=1000)] = 10,
    mode: Annotated[
        _Mode, typer.Option("--mode", help="hybrid 合并，lexical 按词语，dense 按语义")
    ] = "hybrid",
    library: LibraryOption = None,
    json_: JsonOption = False,
) -> None:
    """Find passages in the prose of the reports."""
    from assistant.narrow import narrow

    opened = open_library(library)
    narrowed = narrow(opened, query, years=year or (), places=place or (), sections=section or ())
    found = _search(opened, narrowed, limit, mode)
    if json_:
        print_json(_record(query, narrowed, found))
    else:
        _print(query, narrowed, found)
    finish(0 if found.hits else NO_ANSWER)


def _search(library: "Library", narrowed: "Narrowed", limit: int, mode: _Mode) -> "SearchResult":
    """Return what is found; a place that the library lacks is searched nowhere."""
    from assistant.doors import open_search
    from index.search.hit import SearchResult

    if narrowed.unknown and not narrowed.scope.places:
        return SearchResult(hits=(), mode=mode, reports=0, passages=0)
    searcher = open_search(library)
    return searcher.search(narrowed.words, narrowed.scope, limit, mode=mode, also=narrowed.also)


def _messages(narrowed: "Narrowed", found: "SearchResult") -> list[str]:
    """Return what the user must know of how it was searched."""
    unknown = "、".join(f"“{name}”" for name in narrowed.unknown)
    lines = [*narrowed.notes]
    lines += [f"库里没有{unknown}的报告。可用 nianbao list 查看库里有什么。"] if unknown else []
    return lines + list(found.warnings)


def _record(query: str, narrowed: "Narrowed", found: "SearchResult") -> dict[str, object]:
    """Return the search as plain values."""
    from index.search.words import storable

    return {
        "query": storable(query),
        "mode": found.mode,
        "scope": narrowed.scope.model_dump(mode="json"),
        "reports": found.reports,
        "passages": found.passages,
        "pending": found.pending,
        "hits": [
            {"rank": rank, **hit.model_dump(mode="json")} for rank, hit in enumerate(found.hits, 1)
        ],
        "warnings": _messages(narrowed, found),
    }


def _print(query: str, narrowed: "Narrowed", found: "SearchResult") -> None:
    """Print the hits for a person."""
    from rich.console import Console

    warn(*_messages(narrowed, found))
    if not found.hits:
        warn(f"没有找到：范围内有{found.reports}份报告、{found.passages}个段落。")
        return
    say(f"范围内有{found.reports}份报告、{found.passages}个段落；最相关的{len(found.hits)}段：")
    console = Console(highlight=False)
    for rank, hit in enumerate(found.hits, 1):
        _print_hit(console, rank, hit, query)


def _print_hit(console: "Console", rank: int, hit: "Hit", query: str) -> None:
    """Print one passage under the line that says where it stands."""
    from rich.text import Text

    where = " · ".join(
        filter(None, (hit.agency or "（机构未识别）", _year(hit), hit.section, hit.heading))
    )
    more = f"（另有{len(hit.same)}段与它基本相同）" if hit.same else ""
    console.print(f"\n{rank}. {where}{more}", style="bold", markup=False, soft_wrap=True)
    console.print(
        f"   {hit.path}[{hit.start}:{hit.end}]", style="dim", markup=False, soft_wrap=True
    )
    spans = _matched(hit.text, query)
    if console.is_terminal:
        text = Text("".join(c if c.isprintable() or c == "\n" else " " for c in hit.text))
        for start, end in spans:
            text.stylize("bold yellow", start, end)
        console.print(text, soft_wrap=True)
        return
    marked = hit.text
    for start, end in reversed(spans):
        marked = f"{marked[:start]}【{marked[start:end]}】{marked[end:]}"
    say(marked)


def _year(hit: "Hit") -> str:
    return f"{hit.year}年" if hit.year else "年度不明"


def _matched(text: str, query: str) -> list[tuple[int, int]]:
    """Return where words of the query stand in a passage, in order and apart."""
    from index.normalise import normalise
    from index.search.words import query_terms

    words = sorted((w for w in query_terms(query).words if len(w) > 1), key=len, reverse=True)
    if not words:
        return []
    pattern = re.compile("|".join(map(re.escape, words)))
    return [found.span() for found in pattern.finditer(normalise(text).lower())]
