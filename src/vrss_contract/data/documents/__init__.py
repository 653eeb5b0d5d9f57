"""JSON documents of the schema's JSONB columns: whether they conform, and how they are read."""
