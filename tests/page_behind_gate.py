"""A small page of Gradio behind the gate, with a login, as a program: `page_behind_gate.py CACHE`.

Prints its address and folders as one JSON line, and serves until its input ends.
"""

import json
import sys
from pathlib import Path

from pydantic import SecretStr
from starlette.middleware import Middleware

from assistant.page.gate import Gate, Limits, Rules, hosts_of
from assistant.page.login import LoginCheck, read_logins
from assistant.page.surroundings import Folders, settle_environment

LIMITS = Limits(body=10_000, upload=100_000, parts=3, free=0)


def build(folders: Folders):
    """Return a page with one published endpoint and two events of its own."""
    import gradio as gr

    def ask(question: str) -> str:
        return f"答：{question}"

    def table() -> str:
        file = folders.downloads / "k" / "表.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_text("甲,6181", "utf-8")
        return str(file)

    def read(name: str) -> str:
        return Path(name).read_text("utf-8")

    with gr.Blocks(analytics_enabled=False) as page:
        button, shown = gr.Button("走"), gr.Textbox()
        laid, given = gr.File(), gr.File()
        gr.api(ask, api_name="ask")
        button.click(table, None, laid, api_name="table", api_visibility="private")
        given.change(read, given, shown, api_name="read", api_visibility="private")
    page.queue(api_open=False)
    return page


def main(cache: Path) -> None:
    """Serve until the input ends."""
    with settle_environment(cache) as folders:
        page = build(folders)
        numbers = {fn.api_name: number for number, fn in page.fns.items()}
        rules = Rules(
            hosts_of("127.0.0.1"),
            ("ask",),
            lambda: {numbers["ask"]},
            folders.downloads,
            True,
            LIMITS,
        )
        page.launch(
            server_name="127.0.0.1", share=False, run_history=False, enable_monitoring=False,
            ssr_mode=False, mcp_server=False, quiet=True, prevent_thread_lock=True,
            auth=LoginCheck(read_logins(SecretStr("甲:密码"))),
            app_kwargs={"middleware": [Middleware(Gate, rules=rules)]},
        )  # fmt: skip
        said = {"url": page.local_url, "own": str(folders.own), "numbers": numbers}
        print(json.dumps(said), flush=True)
        sys.stdin.read()
        page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
