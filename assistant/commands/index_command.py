"""The command that brings the search indexes up to date or builds them anew: index."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.bar import progress_bar
from assistant.commands.console import (
    OUTSIDE,
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
    from assistant.dense import CaughtUp
    from index.search.dense_update import DenseOutcome
    from index.store.library import Library

NoDenseOption = Annotated[
    bool, typer.Option("--no-dense", help="不算向量；事实和按字词的查找不受影响")
]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    purpose = "把搜索的索引更新到库的现状；中断后再运行就接着算。"
    app.command("index", cls=ChineseCommand, help=purpose)(index)


def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="重建索引；算过的向量不重算")] = False,
    no_dense: NoDenseOption = False,
    library: LibraryOption = None,
    json_: JsonOption = False,
) -> None:
    """Bring the search indexes up to date."""
    opened = open_library(library)
    rebuilt = opened.index_words()
    outcome = None if no_dense else _dense(opened, rebuild)
    if json_:
        dense = outcome.model_dump(mode="json") if outcome else None
        print_json({"library": str(opened.folder), "lexical_rebuilt": rebuilt, "dense": dense})
    else:
        say(f"词语索引：{f'已重建（{rebuilt}）' if rebuilt else '与库一致'}。")
        say(*(_outcome_lines(outcome) if outcome is not None else ()))
    if outcome is not None and outcome.failure:
        warn(f"错误：{outcome.failure}")
        finish(OUTSIDE)


def catch_up_after_add(library: "Library", no_dense: bool) -> "CaughtUp":
    """Embed for a while after reports were stored, and say on standard error what still waits."""
    from assistant.dense import CONTINUE, CaughtUp, catch_up, waiting_passages
    from assistant.settings import load_settings

    if no_dense:
        return CaughtUp(pending=waiting_passages(library))
    with progress_bar("计算向量") as progress:
        caught = catch_up(library, load_settings(), progress)
    if caught.failure:
        warn(f"注意：报告都已入库，但向量没有算完：{caught.failure}")
    if caught.pending:
        warn(f"还有 {caught.pending} 段没有向量，只能按字词查到；运行 {CONTINUE} 可接着算。")
    return caught


def _dense(library: "Library", rebuild: bool) -> "DenseOutcome":
    """Bring the dense index up to date, with a bar."""
    from assistant.dense import bring_up
    from assistant.settings import load_settings

    with progress_bar("计算向量") as progress:
        return bring_up(library, load_settings(), rebuild=rebuild, progress=progress)


def _outcome_lines(outcome: "DenseOutcome") -> Iterator[str]:
    """Yield an update in words."""
    yield (
        f"语义索引：{outcome.total} 段，不同的文本 {outcome.distinct} 个；"
        f"新算 {outcome.embedded} 个，沿用 {outcome.reused} 个，移出 {outcome.removed} 条。"
    )
    if outcome.healed:
        yield f"有 {outcome.healed} 个保存的向量不完整，已略过；用到的都已重算。"
    if outcome.pending:
        yield f"还有 {outcome.pending} 段没有向量，只能按字词查到。"
