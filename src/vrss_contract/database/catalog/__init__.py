"""The catalog of one database: its facts as values, and how they are read."""
