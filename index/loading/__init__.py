"""Files to documents: bytes, text, tables and offsets that survive."""
