"""A client without a library: for what discord.py cannot be made to send."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox.discord import DiscordStandIn


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: dict[str, str]
    json: Any

    @property
    def refusal(self) -> tuple[int, int]:
        return self.status, self.json["code"]


class Bare:
    def __init__(self, stand_in: DiscordStandIn, session: aiohttp.ClientSession) -> None:
        self._stand_in = stand_in
        self._session = session
        self.application_id = stand_in.application_id

    async def __call__(self, method: str, path: str, json: object = None, *, data: Any = None) -> Got:
        headers = {"Authorization": f"Bot {self._stand_in.token}"}
        url = self._stand_in.api_base + path
        async with self._session.request(method, url, json=json, data=data, headers=headers) as response:
            has_body = response.content_type == "application/json"
            return Got(response.status, dict(response.headers), await response.json() if has_body else None)
