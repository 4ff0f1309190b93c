"""Documents to statutory cells: tokens, rows, forms and columns."""
