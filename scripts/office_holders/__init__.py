"""How the table of office holders is made: reading the written tables and the reference files, and joining them."""
