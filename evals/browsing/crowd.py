"""Many programs that ask the page at once, each with a client and questions of its own."""

import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gradio_client import Client


class Told(NamedTuple):
    """One question put to the page: how long it took, its status, the error if there was one."""

    question: str
    seconds: float
    status: str
    error: str = ""


def join_in(url: str) -> "Client":
    """Return a client of the page.

    Over plain http there is no certificate to check; a client that reads the authorities for every
    question all the same takes longer over that than the page over the answer.
    """
    from gradio_client import Client

    secure = url.startswith("https:")
    return Client(url, verbose=False, analytics_enabled=False, ssl_verify=secure)


def ask(client: "Client", question: str) -> Told:
    """Ask one question; an error is a value."""
    start = time.perf_counter()
    try:
        answer = client.predict(question, api_name="/ask")
    except Exception as error:
        return Told(question, time.perf_counter() - start, "", f"{type(error).__name__}: {error}")
    return Told(question, time.perf_counter() - start, answer["status"])


def ask_at_once(url: str, questions: Sequence[Sequence[str]]) -> list[Told]:
    """Let each of the people ask their `questions` one after the other, all beginning together."""
    clients = [join_in(url) for _ in questions]
    begun = threading.Barrier(len(clients))
    told: list[Told] = []

    def person(number: int) -> None:
        begun.wait()
        for question in questions[number]:
            told.append(ask(clients[number], question))

    threads = [threading.Thread(target=person, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def main() -> None:
    """Ask as many people at once as standard input has lists of questions; print what was told."""
    told = ask_at_once(sys.argv[1], json.load(sys.stdin))
    print(json.dumps([one._asdict() for one in told], ensure_ascii=False), flush=True)
    # The clients' own threads would be waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
