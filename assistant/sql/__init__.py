"""Plans as parameterised DuckDB SQL: text and parameters only, no database here."""
