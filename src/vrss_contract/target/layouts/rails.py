"""Rails: the schema as pg_dump writes it after each migration.

Source: the Rails guide "Active Record Migrations", "Schema Dumping and You".
"""

from __future__ import annotations

from pathlib import Path

from vrss_contract.target.errors import NO_SQL_SCHEMA
from vrss_contract.target.layouts import Found


def find(folder: Path) -> Found | None:
    """The schema's file.

    Raises:
        TroubleError: the schema is kept in Ruby alone.
    """
    for home in (folder, folder / "db"):
        if (home / "structure.sql").is_file():
            return Found((home / "structure.sql",), what="file")
        if (home / "schema.rb").is_file():
            raise NO_SQL_SCHEMA(path=home / "schema.rb")
    return None
