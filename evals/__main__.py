"""`nianbao eval`: the evaluation suite on the command line; each command is its package's own."""

import sys

import typer

from assistant.commands.console import ChineseGroup
from evals.comparing import command as comparing
from evals.labelling import command as labelling
from evals.pages import command as pages
from evals.peers import command as peers
from evals.suite import command as suite
from evals.suite import feedback


def build() -> typer.Typer:
    """Return the suite's program with the commands of all packages."""
    app = typer.Typer(
        cls=ChineseGroup,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        help="评测：读表、抽取、回答、检索和提示词做得怎样，改动之后是不是真的更好。",
    )
    app.callback()(lambda: None)
    for module in (suite, comparing, pages, labelling, peers, feedback):
        module.register(app)
    return app


def main() -> None:
    """Run the suite's command line and exit with a code of the contract."""
    from assistant.cli import run_program

    interrupted = "已中断。写出的结果都已保存，再运行一次就接着算。"
    sys.exit(run_program(build(), "nianbao eval", interrupted))


if __name__ == "__main__":
    main()
