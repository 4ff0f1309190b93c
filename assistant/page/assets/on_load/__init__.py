"""The scripts of single places of the page, run when a place is loaded."""
