"""What is promised: a contract folder's strict YAML as values, and the clauses that follow."""
