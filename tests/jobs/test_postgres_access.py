"""The ledger behind TLS and a password that never travels: as the README says, and as it is refused otherwise."""

import asyncio
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from bot.jobs.postgres import PostgresStore
from bot.jobs.postgres.schema import GRANTS, ROLES
from bot.jobs.store import StoreUnusable
from tests.jobs.sample import NO_LIMITS, new_job
from tests.postgres import postgres_server, why_not

PASSWORD = "hunter2-canary"
ACCESS = """
hostssl all comfycord_bot 127.0.0.1/32 scram-sha-256
host all comfycord_bot 0.0.0.0/0 reject
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a certificate for 127.0.0.1, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    asked = (
        "openssl req -new -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2 "
        "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout server.key -out server.crt"
    )
    subprocess.run(asked.split(), cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def address(certificate: Path) -> Generator[str]:
    """Of a ledger whose bot has to prove itself, without its password."""
    if reason := why_not():
        pytest.skip(reason)
    files = {name: (certificate / name).read_bytes() for name in ("server.crt", "server.key")}
    with postgres_server("ssl=on", "password_encryption=scram-sha-256", access=ACCESS, files=files) as server:
        url = server.new_database()
        prepare(url)
        yield server.url(url.rpartition("/")[2], "comfycord_bot")


def prepare(url: str) -> None:
    async def make() -> None:
        async with PostgresStore.open(url):
            pass

    asyncio.run(make())
    with psycopg.connect(url, autocommit=True) as connection:
        for script in (ROLES, GRANTS):
            connection.execute(script.read_bytes())
        connection.execute(f"ALTER ROLE comfycord_bot PASSWORD '{PASSWORD}'")


def with_password(address: str, password: str, more: str) -> str:
    return f"{address.replace('comfycord_bot@', f'comfycord_bot:{password}@')}?{more}"


async def test_a_bot_that_knows_server_and_password_is_let_in(address: str, certificate: Path) -> None:
    more = f"sslmode=verify-full&sslrootcert={certificate / 'server.crt'}&channel_binding=require"
    async with PostgresStore.open(with_password(address, PASSWORD, more)) as store:
        assert (await store.submit(new_job(), NO_LIMITS)).created
        assert PASSWORD not in store.label


@pytest.mark.parametrize(
    ("password", "more", "reason"),
    [
        ("wrong", "sslmode=require", "password authentication failed"),
        (PASSWORD, "sslmode=disable", "pg_hba.conf rejects connection"),
        (PASSWORD, "sslmode=verify-full&sslrootcert=system", "certificate verify failed"),
    ],
)
async def test_nobody_else_is_and_the_operator_reads_why(
    address: str, password: str, more: str, reason: str
) -> None:
    with pytest.raises(StoreUnusable) as refusal:
        async with PostgresStore.open(with_password(address, password, more)):
            pass

    assert reason in str(refusal.value)
    assert PASSWORD not in str(refusal.value)
