"""vrss-contract: says whether a PostgreSQL database keeps the VRSS schema contract."""

__version__ = "0.1.0"
