"""One database: made, loaded, read from its catalog, filled with rows, asked for invariants."""
