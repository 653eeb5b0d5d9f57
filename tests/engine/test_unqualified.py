"""Where ``public.`` goes without saying, and where it must stay."""

from __future__ import annotations

import pytest

from vrss_contract.sql.unqualified import unqualified


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("public.is_blank(title)", "is_blank(title)"),
        ("'draft'::public.post_status", "'draft'::post_status"),
        ("public.post_status[]", "post_status[]"),
        ("nextval('public.posts_id_seq'::regclass)", "nextval('posts_id_seq'::regclass)"),
        ("public.f(public.g(x))", "f(g(x))"),
    ],
)
def test_public_goes_without_saying(printed: str, shown: str) -> None:
    assert unqualified(printed, frozenset({"length"})) == shown


@pytest.mark.parametrize(
    "printed",
    [
        "public.length(title)",
        'public."coalesce"(a, b)',
        "x OPERATOR(public.=) 1",
        "'public.posts'::text",
        "'public.length'::regclass",
        "other.public.f",
        "other.f(x)",
    ],
)
def test_public_stays(printed: str) -> None:
    assert unqualified(printed, frozenset({"length"})) == printed
