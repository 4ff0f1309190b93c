"""The page: tabs over the same functions as the commands; only `widgets` knows Gradio.

The way of a click: an element of a view carries data- attributes (data-do for the events of its
own place, data-source for the panel of sources, data-report for the tab of reports); a script of
`assets` hands them to the server as an `Act`; the tab's event gives it to a desk, which calls what
the commands call; a view makes HTML of the outcome, in the words of the visitor's language.
What one visitor does stays in their session's states, never in a desk. `gate` stands around it all.
"""
