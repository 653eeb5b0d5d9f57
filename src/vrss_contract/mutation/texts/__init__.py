"""A contract's own texts, wrong in one place: its queries, and the scripts that mend rows."""
