"""A linter for PL/pgSQL: a server judges what the bodies of functions and DO blocks say."""
