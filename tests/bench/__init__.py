"""What the contract's queries and writes cost on a database full of data."""
