"""Two measurements of the same queries, one before a change and one after it."""
