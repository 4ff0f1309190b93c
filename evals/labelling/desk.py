"""Where a labeller sits: one way to show lines and to ask, so that a test can sit there too."""

import sys
from typing import Protocol

from evals.labelling.words import means


class LeftError(Exception):
    """The labeller leaves: quit, the end of input, or Ctrl-C; what was labelled is kept."""


class Desk(Protocol):
    """Shows and asks."""

    def tell(self, *lines: str) -> None:
        """Show lines."""

    def ask(self, question: str) -> str:
        """Return what was typed; raises LeftError when nothing more will come."""


class Terminal:
    """The labeller's terminal."""

    def tell(self, *lines: str) -> None:
        """Show lines on standard output."""
        print(*lines, sep="\n", flush=True)

    def ask(self, question: str) -> str:
        """Return a line of standard input."""
        try:
            return input(question)
        except (EOFError, KeyboardInterrupt):
            print(file=sys.stdout)
            raise LeftError from None


def ask_until_left(desk: Desk, question: str) -> str:
    """Return what was typed, without blanks around it; a word for leaving leaves."""
    typed = desk.ask(question).strip()
    if means(typed, "quit"):
        raise LeftError
    return typed


def confirmed(desk: Desk, question: str) -> bool:
    """Return a plain yes or no; nothing else, and no empty line, is taken for one."""
    while True:
        typed = ask_until_left(desk, f"{question}（是/否）")
        if means(typed, "yes") or means(typed, "no"):
            return means(typed, "yes")
        desk.tell("请输入“是”或“否”。")
