"""Who there is: persons and the bot, as every payload describes them."""

from msgspec import Struct

from bot.sandbox.discord.wire import Json


class User(Struct, frozen=True):
    id: int
    username: str
    display_name: str
    bot: bool = False

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def to_json(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.username,
            "global_name": None if self.bot else self.display_name,
            "discriminator": "0000" if self.bot else "0",
            "avatar": None,
            "banner": None,
            "accent_color": None,
            "avatar_decoration_data": None,
            "collectibles": None,
            "primary_guild": None,
            "public_flags": 0,
            "flags": 0,
            "bot": self.bot,
            "system": False,
        }

    def to_own_json(self) -> Json:
        """As the bot sees itself."""
        return {**self.to_json(), "mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}
