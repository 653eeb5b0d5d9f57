"""Rows for a whole database: datasets, filled databases that are kept, JSON documents."""
