"""Why clauses fall: differences of the catalog, each with the DDL that takes it away.

People mend causes; clauses are the evidence. A difference is found by comparing the catalog with
what the contract declares, its DDL is run on a copy, and what then holds is explained by it.
"""
