"""Data of the page as HTML in which every text is escaped; nothing is looked up here."""
