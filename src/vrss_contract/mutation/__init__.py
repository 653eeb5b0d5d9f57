"""Whether a contract bites: a schema is changed in one place, and the clauses are asked.

Knows the objects of a schema and what may go wrong with each; knows no contract.
"""
