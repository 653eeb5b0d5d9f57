"""What a person would ask the server to see a fact."""

from __future__ import annotations

from collections.abc import Mapping

from vrss_contract.contract.model import FactPromise
from vrss_contract.sql.literal import identifier, text

_COLUMN = """\
SELECT format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
WHERE a.attrelid = {table}::regclass AND a.attname = {name}"""
_CONSTRAINT = """\
SELECT pg_get_constraintdef(oid), convalidated FROM pg_constraint
WHERE conrelid = {table}::regclass AND conname = {name}"""
_INDEXES = """\
SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index WHERE indrelid = {table}::regclass"""
_FUNCTION = "SELECT pg_get_functiondef({name}::regproc)"
_QUERIES: Mapping[str, str] = {
    "type": _COLUMN,
    "type_exact": _COLUMN,
    "nullability": _COLUMN,
    "default": _COLUMN,
    "key": _CONSTRAINT,
    "foreign_key": _CONSTRAINT,
    "check": _CONSTRAINT,
    "exclusion": _CONSTRAINT,
    "index": _INDEXES,
    "index_exact": _INDEXES,
    "index_named": _INDEXES,
    "trigger": """\
SELECT pg_get_triggerdef(oid), tgenabled AS "O where enabled" FROM pg_trigger
WHERE tgrelid = {table}::regclass AND tgname = {name}""",
    "delete_index": _INDEXES,
    "table": "SELECT relkind, relpersistence FROM pg_class WHERE oid = {table}::regclass",
    "columns": "SELECT attname FROM pg_attribute WHERE attrelid = {table}::regclass AND attnum > 0",
    "constraints": "SELECT conname FROM pg_constraint WHERE conrelid = {table}::regclass",
    "indexes": _INDEXES,
    "keys": _INDEXES,
    "triggers": """\
SELECT tgname FROM pg_trigger WHERE tgrelid = {table}::regclass AND NOT tgisinternal""",
    "refusals": """\
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = {table}::regclass
UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = {table}::regclass AND NOT tgisinternal
UNION ALL SELECT rulename, pg_get_ruledef(oid) FROM pg_rewrite
WHERE ev_class = {table}::regclass""",
    "comment": "SELECT obj_description({table}::regclass)",
    "enum": """\
SELECT enumlabel FROM pg_enum WHERE enumtypid = {name}::regtype ORDER BY enumsortorder""",
    "function": _FUNCTION,
    "body": _FUNCTION,
    "steady": _FUNCTION,
    "execute": "SELECT has_function_privilege('public', {name}::regproc, 'EXECUTE')",
    "callable": "SELECT has_function_privilege('public', {name}::regproc, 'EXECUTE')",
    "table_rights": "SELECT relowner::regrole, relacl FROM pg_class WHERE oid = {table}::regclass",
    "storage": """\
SELECT attname, attstorage, attoptions, (
    SELECT reloptions FROM pg_class WHERE oid = attrelid
) FROM pg_attribute WHERE attrelid = {table}::regclass AND attnum > 0""",
    "numbers": """\
SELECT seqtypid::regtype, seqincrement, seqmax, seqcycle FROM pg_sequence
WHERE seqrelid = pg_get_serial_sequence({table}, {name})::regclass""",
    "rights": """\
SELECT nspname, nspacl FROM pg_namespace WHERE nspname = ANY (string_to_array({name}, ', '))""",
    "settings": "SELECT setconfig FROM pg_db_role_setting WHERE setrole = current_user::regrole",
    "object": """\
SELECT relname FROM pg_class WHERE oid = to_regclass({name})
UNION ALL SELECT typname FROM pg_type WHERE oid = to_regtype({name})
UNION ALL SELECT proname FROM pg_proc WHERE proname = {name}""",
    "name": """\
SELECT relname FROM pg_class WHERE oid = to_regclass({name})
UNION ALL SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass({table}) AND attname = {name}
UNION ALL SELECT typname FROM pg_type WHERE oid = to_regtype({name})
UNION ALL SELECT proname FROM pg_proc WHERE proname = {name}""",
    "objects": """\
SELECT relname FROM pg_class AS c INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE n.nspname = ANY (string_to_array({name}, ', '))""",
}
_REGISTERED = frozenset({"enum", "function", "body", "callable", "execute", "steady"})
"""Aspects whose name the server resolves, so that it is quoted as an identifier."""


def query(promise: FactPromise) -> str:
    """The SELECT that shows the fact."""
    registered = promise.aspect in _REGISTERED
    name = identifier(promise.name) if registered else promise.name
    table = text(identifier(promise.table)) if promise.table else "NULL"
    return _QUERIES[promise.aspect].format(table=table, name=text(name)) + ";"
