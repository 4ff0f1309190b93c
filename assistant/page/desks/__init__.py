"""What the events of the page do, through the same functions as the commands; no HTML."""
