"""A server that somebody else runs: here one with a port on loopback and passwords."""

from __future__ import annotations

import signal
import socket
import subprocess
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from vrss_contract.errors import Trouble, TroubleError
from vrss_contract.postgres import external, run_directory
from vrss_contract.postgres.account import Account
from vrss_contract.postgres.binaries import Binaries, copy, locate, reach
from vrss_contract.postgres.cluster import lay_out
from vrss_contract.postgres.errors import (
    BAD_URL,
    CONNECTION_REFUSED,
    NO_CONNECTION,
    NO_CREATEDB,
    NO_CREATEROLE,
    NO_DATABASE,
    ONE_SESSION,
    STANDBY,
    UNKNOWN_HOST,
    WRONG_PASSWORD,
)
from vrss_contract.postgres.external import ExternalServer
from vrss_contract.postgres.readiness import ServerAddress, ServerInfo, ask, await_answer
from vrss_contract.postgres.run_folder import RunFolder
from vrss_contract.postgres.settings import ADMIN, flags

_RULES = "local all all trust\nhost all maker,single,reader 127.0.0.1/32 scram-sha-256\n"
_ROLES = """
create role maker login createdb createrole password 's3cret/@?%';
create role single login createdb password 's3cret';
create role reader login password 's3cret';
"""
ENCODED = "s3cret%2F%40%3F%25"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    account, install = Account.for_postgres(), locate()
    with RunFolder(run_directory.parent(executable=True)) as folder, socket.socket() as free:
        folder.path.chmod(0o711)
        binaries = reach(install, account) or copy(install, account, folder.path / "install")
        home = folder.path / "pg"
        account.folder(home)
        lay_out(home / "data", binaries)
        (home / "data" / "pg_hba.conf").write_text(_RULES)
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        free.close()
        process = _started(binaries, home, number)
        folder.watchdog.watch_server(process.pid, home / "data" / "postmaster.pid")
        _admit(
            ServerAddress(make_conninfo(host=str(home), port=number, user=ADMIN, dbname="postgres"))
        )
        yield number
        process.send_signal(signal.SIGQUIT)
        process.wait()


def _started(binaries: Binaries, home: Path, port: int) -> subprocess.Popen[bytes]:
    where = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(home)}
    return subprocess.Popen(
        [binaries.postgres, "-D", home / "data", *flags(**where, port=str(port))],
        stderr=subprocess.DEVNULL,
        **binaries.account.options,
    )


def _admit(address: ServerAddress) -> None:
    await_answer(address, still=lambda: None, silent=AssertionError, pause=0.01)
    with psycopg.connect(address.conninfo, autocommit=True) as connection:
        connection.execute(_ROLES)


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A user without any setting of libpq's."""
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    for name in ("PGPASSWORD", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


def server(url: str, *, major: int = 16) -> ExternalServer:
    return ExternalServer(ServerAddress(url), major=major)


def refused(url: str, trouble: Trouble) -> str:
    with pytest.raises(TroubleError) as refusal, server(url):
        pass
    text = "".join(traceback.format_exception(refusal.value))
    assert "s3cret" not in text
    assert ENCODED not in text
    assert refusal.value.trouble is trouble
    return str(refusal.value)


def test_it_is_named_by_version_and_address(port: int) -> None:
    with server(f"postgresql://maker:{ENCODED}@127.0.0.1:{port}/postgres") as reached:
        assert reached.access.label == f"PostgreSQL 16.11 at 127.0.0.1:{port}"
        assert (reached.access.version, reached.access.throwaway) == (160011, False)


def test_its_access_lets_in_and_shows_no_password(port: int) -> None:
    with server(f"postgresql://maker:{ENCODED}@127.0.0.1:{port}/postgres") as reached:
        assert "s3cret" not in repr(reached.access)
        with psycopg.connect(reached.access.admin) as connection:
            assert connection.execute("select current_user").fetchone() == ("maker",)


def test_it_stays_when_the_run_is_over(port: int) -> None:
    url = f"postgresql://maker:{ENCODED}@127.0.0.1:{port}/postgres"
    with server(url) as reached:
        assert reached.keep() == ""
    with server(url) as again:
        assert again.access.version == 160011


def test_the_password_may_come_from_the_environment(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "s3cret/@?%")
    with server(f"postgresql://maker@127.0.0.1:{port}/postgres") as reached:
        assert "s3cret" not in reached.access.admin


def test_the_password_may_come_from_the_password_file(port: int, tmp_path: Path) -> None:
    file = tmp_path / "pgpass"
    file.write_text(f"127.0.0.1:{port}:*:maker:s3cret/@?%\n")
    file.chmod(0o600)
    with server(f"postgresql://maker@127.0.0.1:{port}/postgres") as reached:
        assert reached.access.version == 160011


def test_a_wrong_password_is_told_without_it(port: int) -> None:
    text = refused(f"postgresql://maker:s3cret@127.0.0.1:{port}/postgres", WRONG_PASSWORD)
    assert text == (
        "error[wrong-password]: the server does not take this user with this password\n"
        f"  tried   connect to postgresql://maker@127.0.0.1:{port}/postgres\n"
        f'  found   connection failed: connection to server at "127.0.0.1", port {port} failed: '
        'FATAL:  password authentication failed for user "maker"\n'
        "  do      set the password in PGPASSWORD, in ~/.pgpass or in the URL"
    )


def test_a_missing_password_is_told(port: int) -> None:
    text = refused(f"postgresql://maker@127.0.0.1:{port}/postgres", WRONG_PASSWORD)
    assert "no password supplied" in text


def test_a_missing_database_is_told(port: int) -> None:
    text = refused(f"postgresql://maker:{ENCODED}@127.0.0.1:{port}/nowhere", NO_DATABASE)
    assert text == (
        "error[no-database]: the server has no such database\n"
        f"  tried   connect to postgresql://maker@127.0.0.1:{port}/nowhere\n"
        f'  found   connection failed: connection to server at "127.0.0.1", port {port} failed: '
        'FATAL:  database "nowhere" does not exist\n'
        "  do      name a database that is there, such as postgresql://…/postgres"
    )


def test_a_role_that_may_not_create_databases_is_told(port: int) -> None:
    text = refused(f"postgresql://reader:s3cret@127.0.0.1:{port}/postgres", NO_CREATEDB)
    assert text == (
        "error[no-createdb]: the role reader may not create databases\n"
        "  tried   see whether scratch databases can be made on "
        f"postgresql://reader@127.0.0.1:{port}/postgres\n"
        "  found   reader has neither CREATEDB nor SUPERUSER\n"
        '  do      let an administrator run: ALTER ROLE "reader" CREATEDB CREATEROLE\n'
        "          or judge elsewhere: --server embedded; verify DSN without --in-place only reads"
    )


def test_a_role_that_may_not_create_roles_is_told(port: int) -> None:
    text = refused(f"postgresql://single:s3cret@127.0.0.1:{port}/postgres", NO_CREATEROLE)
    assert text == (
        "error[no-createrole]: the role single may not create roles\n"
        "  tried   see whether a target can run as a role of its own on "
        f"postgresql://single@127.0.0.1:{port}/postgres\n"
        "  found   single has neither CREATEROLE nor SUPERUSER, and a target that ran as single\n"
        "          could drop whatever else single owns\n"
        '  do      let an administrator run: ALTER ROLE "single" CREATEROLE\n'
        "          or judge elsewhere: --server embedded; verify DSN without --in-place only reads"
    )


def test_a_server_that_lets_nobody_in_is_told_in_its_own_words(port: int) -> None:
    text = refused(f"postgresql://stranger:s3cret@127.0.0.1:{port}/postgres", NO_CONNECTION)
    assert "no pg_hba.conf entry" in text


def test_a_port_that_nobody_listens_on_is_told() -> None:
    text = refused("postgresql://maker:s3cret@127.0.0.1:1/postgres", CONNECTION_REFUSED)
    assert text.startswith(
        "error[connection-refused]: nobody listens at the server's address\n"
        "  tried   connect to postgresql://maker@127.0.0.1:1/postgres\n"
    )
    assert text.endswith("  do      start the server, or correct host and port of the URL")


def test_a_socket_that_is_not_there_is_told(tmp_path: Path) -> None:
    refused(f"postgresql://maker:s3cret@/postgres?host={tmp_path}", CONNECTION_REFUSED)


def test_a_host_without_an_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    text = refused("postgresql://maker:s3cret@db.invalid/postgres", UNKNOWN_HOST)
    assert text.startswith("error[unknown-host]: the server's host is not known\n")


def test_a_url_that_cannot_be_read_is_refused() -> None:
    refused("postgresql://maker:s3cret", BAD_URL)


def test_another_major_version_is_refused_with_the_url_but_not_its_password(port: int) -> None:
    url = f"postgresql://maker:{ENCODED}@127.0.0.1:{port}/postgres"
    with pytest.raises(TroubleError, match="other-major") as refusal, server(url, major=15):
        pass
    assert f"use postgresql://maker@127.0.0.1:{port}/postgres as PostgreSQL 15" in str(
        refusal.value
    )


def test_a_standby_is_told(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def follows(address: ServerAddress) -> ServerInfo:
        return replace(ask(address), standby=True)

    monkeypatch.setattr("vrss_contract.postgres.external.ask", follows)
    text = refused(f"postgresql://maker:{ENCODED}@127.0.0.1:{port}/postgres", STANDBY)
    assert text.startswith("error[standby]: the server is a standby\n")


def test_of_several_hosts_the_one_that_answered_is_kept_to(port: int) -> None:
    url = f"postgresql://maker:{ENCODED}@127.0.0.1:1,127.0.0.1:{port}/postgres"
    with server(url) as reached:
        asked = psycopg.conninfo.conninfo_to_dict(reached.access.admin)
    assert (asked["host"], asked["port"]) == ("127.0.0.1", str(port))


def test_a_server_with_one_session_for_everybody_is_refused(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(external, "ask", lambda address: replace(ask(address), single=True))

    text = refused(f"postgresql://maker:{ENCODED}@127.0.0.1:{port}/postgres", ONE_SESSION)

    assert text.startswith("error[one-session]: the server has one session for everybody\n")
