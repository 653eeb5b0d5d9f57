"""A contract of any schema, written from its catalog and judged before it is handed out."""
