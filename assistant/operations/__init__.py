"""One module for each kind of plan: from judged reports to the rows and sentences of an answer."""
