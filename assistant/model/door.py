"""A `Model` on any endpoint: profile, ladder, repair turn, stated limits; knows no provider."""

from collections.abc import Callable, Iterator, Sequence
from threading import Lock

from assistant.model.ladder import mode_extras, mode_messages, repair_messages
from assistant.model.line import Line
from assistant.model.probe import profile_extras
from assistant.model.profile import Profile
from assistant.model.thinking import ThinkingFilter
from assistant.model.tokens import MESSAGE, lower, upper
from assistant.model.validate import InvalidReplyError, check_schema, valid_data
from assistant.model.wire import Fault, Request, Whole
from assistant.model.words import explained
from assistant.model_reply import (
    ContextError,
    CutReplyError,
    Mode,
    Reply,
    Schema,
    UnusableReplyError,
    Usage,
)
from assistant.prompts import Message
from index.model import NianbaoError

_THOUGHTS = 2048  # tokens added for thinking that cannot be switched off
_NOTICEABLE = 400  # tokens; below, a count that is too small proves nothing


class EndpointModel:
    """The model at the end of `line`.

    `find_profile` is called at the first use, not before: a question that needs no model costs
    nothing. `keep` is told of every change of the profile.
    """

    def __init__(
        self,
        line: Line,
        find_profile: Callable[[], Profile],
        keep: Callable[[Profile], object],
    ) -> None:
        self._line = line
        self._find, self._keep = find_profile, keep
        self._found: Profile | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"EndpointModel({self.name!r} @ {self._line.endpoint.address!r})"

    @property
    def name(self) -> str:
        """The endpoint's name of the model."""
        return self._line.endpoint.name

    @property
    def context(self) -> int:
        """The number of tokens that prompt and reply may have together."""
        return self.profile.context

    @property
    def usage(self) -> Usage:
        """What all calls so far took, the probe's included."""
        return self._line.usage

    @property
    def profile(self) -> Profile:
        """What the endpoint can do; raises ModelError when that cannot be found out."""
        with self._lock:
            if self._found is None:
                try:
                    self._found = self._find()
                except Fault as fault:
                    raise self._explained(fault) from None
            return self._found

    def count(self, text: str) -> int:
        """Return an upper estimate of the tokens of `text`."""
        return upper(text, self.profile.rate)

    def ask(
        self, messages: Sequence[Message], schema: Schema | None = None, most: int = 1024
    ) -> Reply:
        """Return the reply of at most `most` tokens; with a JSON Schema, its validated `data`."""
        if schema is None:
            whole = self._whole(tuple(messages), most, "plain", None)
            return Reply(text=_finished(whole), usage=_spent(whole))
        check_schema(schema)
        modes: tuple[Mode, ...] = self.profile.modes or ("plain",)
        for mode in modes:
            try:
                return self._structured(tuple(messages), schema, most, mode)
            except Fault as fault:
                if mode == modes[-1]:
                    raise self._explained(fault) from None
        raise AssertionError

    def stream(self, messages: Sequence[Message], most: int = 1024) -> Iterator[str]:
        """Yield the reply in pieces, thinking text left out."""
        request = self._request(tuple(messages), most, "plain", None)
        shown = ThinkingFilter(self.profile.thinking == "open")
        finish, any_text = None, False
        try:
            for piece in self._line.pieces(request):
                self._check_count(piece.prompt_tokens, request)
                finish = piece.finish or finish
                text = shown.feed(piece.text)
                _check_thinking(shown)
                any_text = any_text or bool(text.strip())
                if text:
                    yield text
        except Fault as fault:
            raise self._explained(fault) from None
        if rest := shown.end():
            yield rest
        if finish == "length":
            raise CutReplyError(f"模型 {self.name!r} 的回答到长度上限为止，不完整。请缩小问题。")
        if finish == "content_filter" or not (any_text or rest.strip()):
            raise UnusableReplyError(f"模型 {self.name!r} 没有给出回答。请换个问法重试。")

    def _structured(
        self,
        messages: tuple[Message, ...],
        schema: Schema,
        most: int,
        mode: Mode,
    ) -> Reply:
        """Return the reply in one mode, after one repair turn at most; raises Fault."""
        asked = mode_messages(messages, mode, schema)
        replies = [self._whole(asked, most, mode, schema)]
        try:
            data = valid_data(replies[0], schema)
        except InvalidReplyError as invalid:
            again = repair_messages(replies[0].arguments or replies[0].text, invalid.problem)
            try:
                replies.append(self._whole((*asked, *again), most, mode, schema))
                data = valid_data(replies[-1], schema)
            except (InvalidReplyError, ContextError):
                raise self._unusable(invalid.shown) from None
        self._settle(mode)
        text = replies[-1].arguments or replies[-1].text
        return Reply(text=text, data=data, mode=mode, usage=_spent(*replies))

    def _whole(
        self, messages: tuple[Message, ...], most: int, mode: Mode, schema: Schema | None
    ) -> Whole:
        """Return one whole reply; raises Fault where the mode was refused, else errors."""
        request = self._request(messages, most, mode, schema)
        try:
            streamed = request.stream and not self.profile.whole
            asked = request._replace(stream=streamed)
            whole = self._line.whole(asked, self.profile.thinking == "open")
        except Fault as fault:
            if fault.kind == "refused" and schema is not None:
                raise
            raise self._explained(fault) from None
        self._check_count(whole.prompt_tokens, request)
        if whole.finish == "content_filter":
            raise self._unusable("端点的内容过滤挡下了回答")
        return whole

    def _request(
        self, messages: tuple[Message, ...], most: int, mode: Mode, schema: Schema | None
    ) -> Request:
        """Return the request; raises ContextError when it cannot fit."""
        profile = self.profile
        extras = mode_extras(mode, schema) if schema is not None else {}
        room = most + (_THOUGHTS if profile.thinking in ("on", "open") else 0)
        needed = room + self.count(str(extras)) * bool(extras)
        needed += sum(self.count(message.content) + MESSAGE for message in messages)
        if needed > profile.context:
            raise ContextError(
                f"问题和资料太长：约需 {needed} 个词元，模型 {self.name!r} 的上下文是"
                f" {profile.context}。请缩小范围；若模型容得下更多，请设 NIANBAO_CONTEXT。"
            )
        body = {**profile_extras(profile, room), **extras}
        return Request(messages, body, profile.stream, profile.usage)

    def _check_count(self, counted: int, request: Request) -> None:
        """Raise UnusableReplyError when the endpoint counted far fewer tokens than were sent."""
        if not counted:
            return
        rate = self.profile.rate if self.profile.measured else 0.0
        sent = sum(lower(message.content, rate) for message in request.messages)
        if sent > _NOTICEABLE and counted < sent:
            with self._lock:
                assert self._found is not None
                # From now on, ask this endpoint for no more than it was seen to read.
                context = max(512, min(self._found.context, counted))
                self._found = self._found.model_copy(update={"context": context})
            raise self._unusable(
                f"端点悄悄截断了输入（至少 {sent} 个词元，只读了 {counted} 个）；"
                "请调大模型服务的上下文，或设 NIANBAO_CONTEXT"
            )

    def _settle(self, mode: Mode) -> None:
        """Keep from now on to the mode that worked, when better ones were refused."""
        with self._lock:
            assert self._found is not None
            modes = self._found.modes
            if mode not in modes or modes[0] == mode:
                return
            self._found = self._found.model_copy(update={"modes": modes[modes.index(mode) :]})
        self._keep(self._found)

    def _explained(self, fault: Fault) -> NianbaoError:
        return explained(fault, self._line.endpoint.address, self.name)

    def _unusable(self, shown: str) -> UnusableReplyError:
        return UnusableReplyError(f"模型 {self.name!r} 的回答不能用：{shown}。")


def _finished(whole: Whole) -> str:
    """Return the text of a reply that came to its end and says something."""
    if whole.finish == "length":
        raise UnusableReplyError("模型的回答到长度上限为止，不完整。请缩小问题。")
    if not whole.text:
        raise UnusableReplyError("模型的回答是空的。请换个问法重试。")
    return whole.text


def _check_thinking(shown: ThinkingFilter) -> None:
    if shown.orphan:
        raise UnusableReplyError("模型的思考文字混进了回答，已停止。请换一个模型或端点。")


def _spent(*replies: Whole) -> Usage:
    """Return what the calls behind a reply took."""
    return Usage(
        calls=len(replies),
        prompt_tokens=sum(reply.prompt_tokens for reply in replies),
        completion_tokens=sum(reply.completion_tokens for reply in replies),
        seconds=sum(reply.seconds for reply in replies),
    )
