from __future__ import annotations

import pytest

from vrss_contract.errors import MISUSED, TroubleError
from vrss_contract.postgres.choose import choose
from vrss_contract.postgres.container import ContainerServer
from vrss_contract.postgres.embedded import EmbeddedServer
from vrss_contract.postgres.external import ExternalServer


def test_the_embedded_server_is_called_by_its_name() -> None:
    assert isinstance(choose("embedded"), EmbeddedServer)


@pytest.mark.parametrize(
    ("word", "major", "image"),
    [
        ("container", 16, "postgres:16"),
        ("container", 17, "postgres:17"),
        ("container:postgres:16-alpine", 16, "postgres:16-alpine"),
        ("container:127.0.0.1:5000/team/pg:16", 16, "127.0.0.1:5000/team/pg:16"),
        ("container:postgres@sha256:0a1b", 16, "postgres@sha256:0a1b"),
    ],
)
def test_a_container_is_of_the_image_behind_the_first_colon(
    word: str, major: int, image: str
) -> None:
    server = choose(word, major=major)
    assert isinstance(server, ContainerServer)
    assert server._image == image


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_url_names_a_server_that_somebody_else_runs(scheme: str) -> None:
    assert isinstance(choose(f"{scheme}://db.example.org/app"), ExternalServer)


def test_a_server_does_not_show_the_password_of_its_url() -> None:
    server = choose("postgresql://maker:s3cret@db.example.org/app")
    assert "s3cret" not in repr(server) + repr(vars(server))


def test_an_unknown_word_is_refused_with_the_words_there_are() -> None:
    with pytest.raises(TroubleError, match="unknown-server") as refusal:
        choose("oracle")
    assert str(refusal.value) == (
        "error[unknown-server]: no server is called 'oracle'\n"
        "  tried   choose a server by the word 'oracle'\n"
        "  found   a word that is none of: embedded, container, container:IMAGE, postgresql://…\n"
        "  do      name one of these, such as --server container:postgres:16"
    )
    assert refusal.value.exit_code == MISUSED


@pytest.mark.parametrize("word", ["", "embedded:16", "postgres:16", "postgresql:db", "Container"])
def test_a_word_that_is_almost_one_is_refused(word: str) -> None:
    with pytest.raises(TroubleError, match="unknown-server"):
        choose(word)


def test_a_misspelt_scheme_does_not_show_the_password_behind_it() -> None:
    with pytest.raises(TroubleError, match="unknown-server") as refusal:
        choose("postgress://maker:s3cret@db.example.org/app")
    assert "s3cret" not in str(refusal.value)
    assert "'postgress:…'" in str(refusal.value)
