"""Words of the program without what they quote: results keep no report's prose."""

import re

_QUOTED = re.compile("“.*”", re.DOTALL)
_CUT = re.compile("“.*", re.DOTALL)


def unquoted(text: str) -> str:
    """Return a text whose quotes, also one that is cut, are empty.

    Quotes may hold quotes, so that everything from the first mark to the last goes; where marks
    are missing nothing tells where the quote ends, and the rest goes with it.
    """
    if text.count("“") > text.count("”"):
        return _CUT.sub("“…”", text)
    return _QUOTED.sub("“…”", text)
