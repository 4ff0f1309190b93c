"""The small library's answers as the last turn of a conversation, for tests of follow-ups."""

from assistant.conversation import Conversation, Resolved, conversation_from
from assistant.prose.topic import read_topic
from assistant.result import Answer, Row
from assistant.understand import understand
from evals.cases.small_library import digest, held_names

NAMES = held_names()
ROWS = (
    Row(agency="中山市大涌镇", province="广东省", city="中山市", county="中山市",
        township="大涌镇", year=2022, rank=1),
    Row(agency="湘潭县石鼓镇", province="湖南省", city="湘潭市", county="湘潭县",
        township="石鼓镇", year=2022, rank=2),
    Row(agency="湘潭县教育局", province="湖南省", city="湘潭市", county="湘潭县",
        year=2022, rank=3),
)  # fmt: skip


def after(question: str, rows: int) -> Conversation:
    """Return the conversation in which `question` was answered with so many rows."""
    read = understand(question, NAMES)
    plan = read.plan or read_topic(question, read, NAMES).plan
    answer = Answer(question=question, status="answered", text="", plan=plan, rows=ROWS[:rows])
    return conversation_from(answer)


def outcome(resolved: Resolved, question: str) -> str:
    """Write what became of a follow-up: `=` unchanged, a plan, `?`, `!`, or words of prose."""
    if resolved.asked_back:
        return digest(resolved.asked_back)
    if resolved.question == question:
        return "="
    found = understand(resolved.question, NAMES)
    return digest(found) if found.plan else f"问：{resolved.question}"
