"""An embeddings endpoint, and everything it may answer instead of vectors."""

import json
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pytest

from index.errors import MisuseError
from index.search.embed import EmbeddingError
from index.search.embed_remote import RemoteEmbedder

KEY = "sk-very-secret-1234567890"


class Reply(NamedTuple):
    """What the scripted server answers: a status, a body, headers, after a pause."""

    status: int
    body: str
    headers: Mapping[str, str] = MappingProxyType({})
    pause: float = 0.0


class Endpoint:
    """A server that plays a script, then answers well; keeps the requests."""

    def __init__(self) -> None:
        self.script: list[Reply] = []
        self.requests: list[dict[str, Any]] = []
        self.answer: Callable[[list[str]], list[Any]] = items
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                sent = {"path": self.path, "auth": self.headers["Authorization"]}
                sent["headers"] = dict(self.headers)
                endpoint.requests.append(body | sent)
                good = Reply(200, json.dumps(reply_of(endpoint.answer(body["input"]))))
                reply = endpoint.script.pop(0) if endpoint.script else good
                time.sleep(reply.pause)
                data = reply.body.encode()
                try:
                    self.send_response(reply.status)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    return

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def embedder(self, **options: Any) -> RemoteEmbedder:
        return RemoteEmbedder(self.url, KEY, "bge-m3", **options)


def items(texts: list[str]) -> list[Any]:
    """Return a vector of a text: its length, then constants."""
    return [
        {"object": "embedding", "index": i, "embedding": [float(len(text)), 1.0, 2.0]}
        for i, text in enumerate(texts)
    ]


def one(embedding: list[Any]) -> Reply:
    """Return a reply with one vector."""
    return Reply(200, json.dumps(reply_of([items(["a"])[0] | {"embedding": embedding}])))


def reply_of(data: list[Any]) -> dict[str, Any]:
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "model": "bge-m3", "data": data, "usage": usage}


def error(status: int, said: str = "no", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps({"error": {"message": said}}), named)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    served = Endpoint()
    yield served
    served.server.shutdown()
    served.server.server_close()


def test_vectors_have_length_one_and_the_order_of_the_texts(endpoint):
    endpoint.answer = lambda texts: list(reversed(items(texts)))
    texts = ["字" * n for n in range(1, 41)]
    vectors = endpoint.embedder().passages(texts)
    assert vectors.shape == (40, 3) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(vectors[:, 0] / vectors[:, 1], range(1, 41), rtol=1e-5)
    assert all(len(request["input"]) <= 10 for request in endpoint.requests)


def test_the_texts_go_out_as_text_with_model_and_key(endpoint):
    endpoint.embedder().query("为什么\0减少")
    request = endpoint.requests[-1]
    assert request["input"] == ["为什么 减少"] and request["model"] == "bge-m3"
    assert request["path"] == "/v1/embeddings" and request["auth"] == f"Bearer {KEY}"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(endpoint, status):
    waits: list[float] = []
    endpoint.script = [error(status), error(status)]
    assert endpoint.embedder(wait=waits.append).query("公开").shape == (3,)
    assert waits == [0.5, 1.0]


def test_the_pause_the_server_asks_for_is_kept(endpoint):
    waits: list[float] = []
    endpoint.script = [error(429, Retry_After="7")]
    endpoint.embedder(wait=waits.append).query("公开")
    assert waits == [7.0]


def test_a_pause_of_minutes_is_not_waited_for(endpoint):
    waits: list[float] = []
    endpoint.script = [error(429, Retry_After="3600")]
    with pytest.raises(EmbeddingError, match="429"):
        endpoint.embedder(wait=waits.append).query("公开")
    assert waits == []


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (error(401, f"Incorrect API key provided: {KEY}"), "401.*密钥"),
        (error(403, f"{KEY} may not"), "403.*权限"),
        (error(404, "model not found"), "404.*NIANBAO_EMBED_MODEL"),
        (error(400, f"bad input for {KEY} or sk-other-99"), "400.*bad input"),
        (error(429, "slow down"), "429.*nianbao index"),
        (error(500, f"trace {KEY}"), "500.*稍后"),
        (Reply(200, "<html>login</html>"), "不是向量"),
        (Reply(200, "{}"), "不是向量"),
        (Reply(200, '{"data": null}'), "不是向量"),
        (Reply(200, json.dumps(reply_of([]))), "不是向量|返回 0 个"),
        (Reply(200, json.dumps(reply_of(items(["a", "b"])))), "应返回 1 个"),
        (Reply(200, json.dumps(reply_of([items(["a"])[0] | {"index": 5}]))), "编号"),
        (one([0, 0, 0]), "NaN"),
        (one([1, 2]), "维数是 2"),
        (one([float("nan"), 1, 2]), "NaN|不是向量"),
        (one(["x", 1, 2]), "不是"),
    ],
)
def test_every_fault_is_said_in_chinese_without_the_key(endpoint, reply, said):
    embedder = endpoint.embedder(wait=lambda _: None)
    assert embedder.dimension == 3
    endpoint.script = [reply] * 4
    with pytest.raises(EmbeddingError, match=said) as caught:
        embedder.query("公开")
    assert KEY not in str(caught.value) and "sk-other" not in str(caught.value)
    assert KEY not in "".join(traceback.format_exception(caught.value, chain=True))


def test_a_redirect_takes_neither_key_nor_texts_elsewhere(endpoint):
    other = Endpoint()
    endpoint.script = [Reply(307, "", {"Location": f"{other.url}/embeddings"})]
    with pytest.raises(EmbeddingError, match="307"):
        endpoint.embedder(wait=lambda _: None).query("公开")
    other.server.shutdown()
    other.server.server_close()
    assert other.requests == []


def test_nothing_of_the_environment_is_sent_along(endpoint, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "other-key")
    monkeypatch.setenv("OPENAI_ORG_ID", "other-org")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Own: other-header")
    endpoint.embedder().query("公开")
    assert "other-" not in json.dumps(endpoint.requests)
    assert endpoint.requests[-1]["auth"] == f"Bearer {KEY}"


@pytest.mark.parametrize("address", ["", "localhost:8000/v1", "http://host:abc/v1"])
def test_what_is_no_address_is_said_at_once(address):
    with pytest.raises(MisuseError, match="NIANBAO_EMBED_BASE_URL"):
        RemoteEmbedder(address, KEY, "m")


def test_silence_ends_with_a_message(endpoint):
    endpoint.script = [Reply(200, "{}", pause=2.0)] * 2
    began = time.monotonic()
    with pytest.raises(EmbeddingError, match="没有回应"):
        endpoint.embedder(patience=0.3, wait=lambda _: None).query("公开")
    assert time.monotonic() - began < 2


def test_an_endpoint_that_is_not_there_is_said():
    embedder = RemoteEmbedder("http://me:pass@127.0.0.1:9/v1", KEY, "m", wait=lambda _: None)
    with pytest.raises(EmbeddingError, match="连不上") as caught:
        embedder.query("公开")
    assert "pass" not in str(caught.value)


def test_the_key_is_not_in_what_python_prints_of_the_object(endpoint):
    embedder = endpoint.embedder()
    embedder.query("公开")
    assert KEY not in repr(embedder) and KEY not in repr(embedder._engine)
