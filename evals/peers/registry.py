"""All peers by name; opens none before its use."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from evals.peers.extra import load_extra
from evals.tasks.task import Task
from index.errors import MisuseError

_LANGEXTRACT = "evals.peers.langextract_peer"


class Entry(NamedTuple):
    """A peer: where its class is, and the package it needs that the program does not."""

    module: str
    class_name: str
    extra: str = ""


PEERS: Mapping[str, Entry] = {
    "extract.tables": Entry("evals.tasks.extract_tables", "ExtractTables"),
    "peer.top4.tables": Entry("evals.peers.top4", "Top4Tables"),
    "peer.langextract": Entry(
        "evals.peers.langextract_peer", "LangextractPeer", extra="langextract"
    ),
    "peer.instructor": Entry("evals.peers.instructor_peer", "InstructorPeer", extra="instructor"),
    "peer.own.ask": Entry("evals.peers.own", "OwnAsk"),
    "peer.top4.ask": Entry("evals.peers.top4", "Top4Ask"),
    "peer.sql": Entry("evals.peers.text_to_sql", "TextToSql"),
}


def open_peer(name: str) -> Task:
    """Return the task of that name; raises MisuseError when it or its package is not there."""
    entry = PEERS.get(name)
    if entry is None:
        raise MisuseError(f"没有名为 {name!r} 的对照；现有：{'、'.join(PEERS)}。")
    if entry.extra:
        load_extra(entry.extra)
    make: Callable[[], Any] = getattr(import_module(entry.module), entry.class_name)
    task: Task = make()
    return task


def chosen_names(said: tuple[str, ...]) -> list[str]:
    """Return the peers that are meant; a name's beginning or last part will do, none means all."""
    if not said:
        return list(PEERS)
    chosen: list[str] = []
    for word in said:
        met = [name for name in PEERS if word == name or word in name.split(".")]
        if not met:
            raise MisuseError(f"没有名为 {word!r} 的对照；现有：{'、'.join(PEERS)}。")
        chosen += [name for name in met if name not in chosen]
    return chosen
