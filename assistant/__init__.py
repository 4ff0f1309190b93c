"""Questions to exact, cited answers over the library."""
