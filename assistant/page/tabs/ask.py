"""The tab of questions: layout and events."""

from assistant.ask import ask
from assistant.markup import Html, join, tag
from assistant.page.frame import Frame
from assistant.page.house import OwnModel
from assistant.page.views.parts import block, number


def lay(frame: Frame) -> None:
    """Lay the tab out and tie its events."""
    made = frame.widgets
    with made.tab("ask.tab"):
        question = made.textbox("ask.question")
        button = made.button("ask.send", primary=True)
        answer = made.html("ask-answer")

    def asked(question: str, own: OwnModel | None) -> Html:
        found = ask(question, frame.house.library(), frame.house.doors(own))
        cited = [number(c.quote, c.report_id, c.start, c.end) for c in found.citations]
        return block(tag("p", found.text), tag("p", join(*cited)))

    made.on([button.click, question.submit], asked, [question, frame.own_model], [answer])
