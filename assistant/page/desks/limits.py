"""How much a visitor may hand in at once, and how much of it a session keeps."""

MOST_FILES = 20
MOST_BYTES = 20_000_000  # of one file
MOST_SCHEMA = 200_000  # characters of a pasted schema
MOST_FIELDS = 60  # of a composed schema
HELD_FILES = 20
HELD_CHARACTERS = 3_000_000  # of all texts that one session can open
LISTED = 20_000  # findings of one list to download
