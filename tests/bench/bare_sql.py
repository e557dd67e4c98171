"""The floors of the bench ``postgres``: the same steps in bare SQL, without a ledger's rules."""

import threading
import time
from collections.abc import Sequence

import psycopg

_TABLES = """
DROP TABLE IF EXISTS bare;
CREATE TABLE bare (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state TEXT NOT NULL, owner TEXT);
CREATE INDEX bare_queued ON bare (number) WHERE state = 'queued'
"""
_CLAIM = """
UPDATE bare SET state = 'running', owner = 'bare'
WHERE number = (SELECT number FROM bare WHERE state = 'queued' ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING number
"""


def hand_overs(url: str, times: int) -> Sequence[float]:
    """Seconds from an insertion on one connection until another one, woken by NOTIFY, claimed it."""
    with _connected(url) as asking, _connected(url) as running:
        asking.execute(_TABLES.encode())
        running.execute("LISTEN bare")
        seconds: list[float] = []
        for _ in range(times):
            begun = time.perf_counter()
            asking.execute("INSERT INTO bare (state) VALUES ('queued')")
            asking.execute("SELECT pg_notify('bare', '')")
            next(running.notifies(timeout=5))
            assert running.execute(_CLAIM).fetchall()
            seconds.append(time.perf_counter() - begun)
    return seconds


def notices(url: str, times: int) -> Sequence[float]:
    """Seconds from a NOTIFY on one connection until another one hears it."""
    with _connected(url) as telling, _connected(url) as hearing:
        hearing.execute("LISTEN bare")
        seconds: list[float] = []
        for _ in range(times):
            begun = time.perf_counter()
            telling.execute("SELECT pg_notify('bare', '')")
            next(hearing.notifies(timeout=5))
            seconds.append(time.perf_counter() - begun)
    return seconds


def claims_a_second(url: str, workers: int, claims: int) -> float:
    """Of so many connections that claim until nothing is left."""
    with _connected(url) as connection:
        connection.execute(_TABLES.encode())
        connection.execute("INSERT INTO bare (state) SELECT 'queued' FROM generate_series(1, %s)", (claims,))
        connection.execute("ANALYZE bare")
    connections = [_connected(url) for _ in range(workers)]
    threads = [threading.Thread(target=_claim_all, args=(each,)) for each in connections]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    for each in connections:
        each.close()
    return claims / seconds


def _claim_all(connection: psycopg.Connection) -> None:
    while connection.execute(_CLAIM).fetchall():
        pass


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True)
