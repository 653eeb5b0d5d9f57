"""What may go wrong inside of an expression or a query, by the grammar of SQL."""
