"""Documents to cells, facts and a library that answers SQL; knows no question and no model."""
