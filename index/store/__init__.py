"""The library: snapshots of reports, cells and texts that SQL can ask."""
