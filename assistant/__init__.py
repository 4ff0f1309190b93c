"""Questions to exact, cited answers over the library; a report and a schema to proven values.

`extract` is for users' scripts. It imports nothing until it is called.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from pydantic import BaseModel

    from assistant.extraction.filled import Filled
    from assistant.extraction.record import Extraction
    from assistant.model_reply import Model
    from assistant.prompts import Prompts
    from index.model import Report

    T = TypeVar("T", bound=BaseModel)

__all__ = ["extract"]


@overload
def extract(
    report: "Report | Path",
    schema: "type[T]",
    model: "Model | None" = None,
    prompts: "Prompts | None" = None,
    *,
    no_model: bool = False,
) -> "Filled[T]": ...


@overload
def extract(
    report: "Report | Path",
    schema: Mapping[str, Any],
    model: "Model | None" = None,
    prompts: "Prompts | None" = None,
    *,
    no_model: bool = False,
) -> "Extraction": ...


def extract(
    report: "Report | Path",
    schema: "Mapping[str, Any] | type[BaseModel]",
    model: "Model | None" = None,
    prompts: "Prompts | None" = None,
    *,
    no_model: bool = False,
) -> "Extraction | Filled[Any]":
    """Return what a report says of a schema: for a pydantic class its object with the proof.

    `report` may be the path of a file. Without `model` the one of the NIANBAO_* settings is asked,
    if there is one; `no_model` asks none. Raises MisuseError for a schema that cannot be extracted.
    """
    from assistant.chosen_model import chosen_model
    from assistant.extraction.extract import extract as run
    from assistant.extraction.filled import fill
    from assistant.prompts import Prompts
    from index.report import read_report_file

    read = read_report_file(report) if isinstance(report, Path) else report
    asked = None if no_model else model or chosen_model()
    prompts = prompts or Prompts()
    if isinstance(schema, type):
        return fill(schema, run(read, schema.model_json_schema(), asked, prompts))
    return run(read, schema, asked, prompts)
