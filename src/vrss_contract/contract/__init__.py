"""The contract: its clauses as values, how they are read, and which follow from others."""
