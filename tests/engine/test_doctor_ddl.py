"""The SQL that the doctor prints, where it is not what a run of it shows: forms and schemas."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vrss_contract.contract.manifest import Manifest
from vrss_contract.contract.model import Check, Column, Contract, Enum, ForeignKey, Table, Trigger
from vrss_contract.doctor.ddl import Ddl

pytestmark = pytest.mark.once

TABLE = Table("t", 1, "", (Column("id", "bigint"),), ())
REFERENCE = ForeignKey("t_p_fkey", "p", "p", "cascade", deferrable="deferred")


def ddl(schema: str = "public") -> Ddl:
    return Ddl(Contract({"t": TABLE}, {}, {}, (), manifest=Manifest(schemas=(schema,))))


def test_a_partitioned_table_takes_no_reference_that_is_not_valid() -> None:
    partitioned = replace(TABLE, form="partitioned table")

    assert ddl().foreign_key(REFERENCE, partitioned) == (
        "ALTER TABLE public.t ADD CONSTRAINT t_p_fkey FOREIGN KEY (p) REFERENCES public.p (id)"
        " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;"
    )


def test_expressions_are_read_in_the_schema_of_the_tables() -> None:
    first, *_ = ddl("App").check(Check("t_ok", "fine(id) -- so\n"), TABLE).splitlines()

    assert first == 'SET search_path = "App";'


@pytest.mark.parametrize(
    ("there", "sql"),
    [
        (None, "CREATE TYPE public.mood AS ENUM ('sad', 'so so', 'glad');"),
        (("so so", "glad"), "ALTER TYPE public.mood ADD VALUE 'sad' BEFORE 'so so';"),
        (("sad", "glad"), "ALTER TYPE public.mood ADD VALUE 'so so' AFTER 'sad';"),
        (("glad", "sad"), ""),
    ],
)
def test_an_enum_gets_the_labels_that_it_lacks(there: tuple[str, ...] | None, sql: str) -> None:
    mood = Enum("mood", 1, "", ("sad", "so so", "glad"))

    assert ddl().enum(mood, there) == sql


def test_a_trigger_is_written_as_it_is_declared() -> None:
    trigger = Trigger(
        "late", "after", ("update of a, b",), "row", "f", "NEW.a > 0", arguments=("it's",),
        deferrable="immediate",
    )  # fmt: skip

    assert ddl().trigger(trigger, "t") == (
        "CREATE CONSTRAINT TRIGGER late AFTER UPDATE OF a, b ON public.t DEFERRABLE FOR EACH ROW"
        " WHEN (NEW.a > 0) EXECUTE FUNCTION public.f('it''s');"
    )
