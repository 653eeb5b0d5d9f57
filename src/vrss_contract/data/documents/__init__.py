"""JSON documents of the schema's JSONB columns: whether they conform, and how they are read.

Knows shapes (``clause.declared.Shape``) and JSON texts; does not know clauses, rows or a server.
"""
