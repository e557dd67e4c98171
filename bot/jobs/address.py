"""Where the ledger is kept: a file, or a database of a PostgreSQL server. Values only, read without its driver."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

SCHEMES = frozenset({"postgresql", "postgres"})


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """What libpq takes: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS."""

    url: str = field(repr=False)
    """It may hold a password, and is never shown."""

    @property
    def passwords(self) -> tuple[str, ...]:
        """As it is written, and as it is meant."""
        password = urlsplit(self.url).password
        return (password, unquote(password)) if password else ()


Address: TypeAlias = Path | PostgresAddress


def address_of(source: str) -> Address:
    """What an operator wrote as DATABASE.

    Raises:
        ValueError: what to write instead; without what they wrote, which may hold a password.
    """
    if "://" not in source:
        return Path(source)
    parts = urlsplit(source)
    if parts.scheme not in SCHEMES or not parts.path.strip("/"):
        raise ValueError(
            "name a file, like data/comfycord.db, or a database of a PostgreSQL server, like "
            "postgresql://user:password@host/comfycord"
        )
    return PostgresAddress(source)
