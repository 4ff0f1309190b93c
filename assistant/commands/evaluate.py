"""The command `eval`: starts the evaluation suite, which is a program of its own above this one."""

import runpy
import sys

import typer

from assistant.commands.console import ChineseCommand

_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "eval",
        cls=ChineseCommand,
        context_settings=_PASS_ON,
        help="评测：检索、提示词和模型做得怎样，逐例给出对、不答、错。",
    )(evaluate)


def evaluate(context: typer.Context) -> None:
    """Run the evaluation suite with the rest of the command line."""
    # The suite stands above this package, so it is started like a program and not imported.
    sys.argv = ["nianbao eval", *context.args]
    runpy.run_module("evals", run_name="__main__")
