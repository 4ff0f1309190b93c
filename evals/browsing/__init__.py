"""The page in a real browser: for its tests, its pictures and its speed."""
