"""The command that examines the library, the search indexes and the model: doctor."""

import typer

from assistant.commands.console import (
    FOUND,
    OUTSIDE,
    ChineseCommand,
    JsonOption,
    LibraryOption,
    finish,
    print_json,
    say,
    shorten,
)

_MARKS = {"ok": "[正常]", "note": "[提示]", "warn": "[注意]", "fail": "[损坏]"}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    purpose = "检查库（清单、数据文件、来源文件、读取版本、写锁）和模型端点，说明怎么办。"
    app.command("doctor", cls=ChineseCommand, help=purpose)(doctor)


def doctor(library: LibraryOption = None, json_: JsonOption = False) -> None:
    """Examine the library and the model, and say what to do.

    The exit code is that of the outside failing only when an endpoint that cannot be reached is
    all that is wrong.
    """
    from assistant.library_health import examine_library
    from assistant.model.examine import examine_model
    from assistant.settings import library_folder, load_settings

    folder = library_folder(library)
    model = examine_model(load_settings())
    findings = [*examine_library(folder), *model.findings]
    wrong = [finding for finding in findings if finding.status in ("warn", "fail")]
    if json_:
        record = {"library": str(folder), "healthy": not wrong, "model": model.profile_record()}
        print_json(record | {"findings": [f.model_dump(mode="json") for f in findings]})
    else:
        say(f"库：{folder}")
        for finding in findings:
            say(f"{_MARKS[finding.status]} {finding.message}")
            say(*(f"    {item}" for item in shorten(finding.items)))
    only_outside = model.outside and all(finding.name == "model" for finding in wrong)
    finish((OUTSIDE if only_outside else FOUND) if wrong else 0)
