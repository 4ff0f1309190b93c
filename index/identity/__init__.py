"""Who filed for which year: titles, places and the national list."""
