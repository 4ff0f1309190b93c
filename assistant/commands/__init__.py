"""The commands of the terminal, and the files they write."""
