"""How much a visitor may hand in at once, and how much of it a session keeps."""

MOST_FILES = 20  # to read and not to keep
MOST_BYTES = 20_000_000  # of one such file
ADDED_FILES = 500  # to add to the library at once
ADDED_BYTES = 200_000_000  # of them together; each has the loader's limit
MOST_SCHEMA = 200_000  # characters of a pasted schema
MOST_FIELDS = 60  # of a composed schema
HELD_FILES = 20
HELD_CHARACTERS = 3_000_000  # of all texts that one session can open
LISTED = 20_000  # findings of one list to download
