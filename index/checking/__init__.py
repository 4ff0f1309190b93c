"""The consistency rules of the statutory form."""
