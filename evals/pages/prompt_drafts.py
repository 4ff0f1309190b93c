"""Prompts that are edited on the page: the versions to start from, and the check of a draft."""

from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.page.desks.evaluating import LONGEST_PROMPT, Wanted
from assistant.prompts import PromptError, Prompts, prompt_names
from evals.trials.trial import load_trials
from index.errors import MisuseError

OWN = ""  # the version that the program ships


def versions(prompt: str) -> list[tuple[str, str]]:
    """Return title and name of the versions of a prompt: the program's own, then those tried."""
    tried = [t for t in load_trials() if t.prompt == prompt and not t.current]
    return [(Prompts()[prompt].id, OWN), *((f"{prompt} {t.version}", t.version) for t in tried)]


def version_text(prompt: str, version: str) -> str:
    """Return the file of a version; raises MisuseError when there is none."""
    from importlib.resources import files

    if prompt not in prompt_names():
        raise MisuseError(f"没有名为 {prompt!r} 的提示词；现有：{'、'.join(prompt_names())}。")
    if version == OWN:
        return (files("prompts") / f"{prompt}.toml").read_text("utf-8")
    for trial in load_trials():
        if (trial.prompt, trial.version) == (prompt, version):
            return trial.path.read_text("utf-8")
    raise MisuseError(f"提示词 {prompt!r} 没有版本 {version!r}。")


def load_draft(wanted: Wanted) -> Prompts:
    """Return the prompts with the edited one; raises PromptError when it cannot be used.

    What is checked is what the command checks of a file: its form, and that it declares and uses
    exactly the variables that the program fills.
    """
    if not wanted.prompt:
        return Prompts()
    if len(wanted.text) > LONGEST_PROMPT:
        raise PromptError(
            f"提示词有 {len(wanted.text)} 字，最多 {LONGEST_PROMPT} 字。请删短，或用命令行。"
        )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{wanted.prompt}.toml"
        if wanted.prompt in prompt_names():
            path.write_bytes(as_file(wanted.text))
        try:
            prompts = Prompts({wanted.prompt: path})
        except PromptError as error:
            raise PromptError(str(error).replace(str(path), path.name)) from None
    if prompts[wanted.prompt].id == Prompts()[wanted.prompt].id:
        raise PromptError("提示词没有改动，与程序自带的一样，没有可比的。请先改。")
    return prompts


def keep_draft(prompts: Prompts, wanted: Wanted, folder: Path) -> None:
    """Keep the file of an edited prompt beside the runs that it was used in."""
    if wanted.prompt:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{prompts[wanted.prompt].id}.toml").write_bytes(as_file(wanted.text))


def as_file(text: str) -> bytes:
    """Return the text of a field as a file; half a character, which no file can hold, as ?."""
    return text.replace("\r\n", "\n").encode("utf-8", "replace")
