"""Other ways to the same answers, by the same model over the same cases: what ours is held to.

Off by default. Plain top-4 retrieval and text-to-SQL need nothing more than the program does;
langextract and instructor want older versions of what it is locked to, so they live in an
environment of their own (`requirements-peers.txt`), where the program runs as well. Every request
goes through the program's own model door, so that replies are kept and replayed like all others.
"""
