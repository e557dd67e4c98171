"""Who the bot is, and where the gateway is."""

from bot.sandbox.discord.routing import Answer, Call, Route
from bot.sandbox.discord.session_starts import SessionStarts
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.world import World


class LoginRoutes:
    def __init__(self, world: World, gateway_url: str, starts: SessionStarts) -> None:
        self._world = world
        self._starts = starts
        self._accessway_url = gateway_url

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/users/@me", self.who_am_i),
            Route("GET", "/oauth2/applications/@me", self.application),
            Route("GET", "/applications/@me", self.application),
            Route("GET", "/gateway", self.gateway, needs_token=False),
            Route("GET", "/gateway/bot", self.gateway_for_bot),
        ]

    def who_am_i(self, _call: Call) -> Answer:
        return Answer(json=self._world.bot.to_own_json())

    def application(self, _call: Call) -> Answer:
        bot = self._world.bot
        body: Json = {
            "id": str(self._world.application_id),
            "name": bot.display_name,
            "icon": None,
            "description": "",
            "type": None,
            "bot": bot.to_json(),
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": 0,
            "flags_new": "0",
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "owner": self._world.user("administrator").to_json(),
            "approximate_guild_count": len(self._world.guilds),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "team": self._team(),
            "eligible_oauth2_scopes": [],
            "tags": [],
            "rpc_origins": [],
            "integration_types_config": {"0": {}, **({"1": {}} if self._world.takes_user_installs else {})},
        }
        return Answer(json=body)

    def _team(self) -> Json | None:
        """None: the application is one person's."""
        team, application_id = self._world.team, str(self._world.application_id)
        if not team:
            return None
        members = [
            {
                "user": member.user.to_json(),
                "team_id": application_id,
                "membership_state": 2 if member.accepted else 1,
                "role": member.role,
                "permissions": ["*"],
            }
            for member in team
        ]
        owner_id = str(self._world.user("administrator").id)
        return {
            "id": application_id,
            "icon": None,
            "name": "Team",
            "owner_user_id": owner_id,
            "members": members,
        }

    def gateway(self, _call: Call) -> Answer:
        return Answer(json={"url": self._accessway_url})

    def gateway_for_bot(self, _call: Call) -> Answer:
        return Answer(json=self._starts.to_json(self._accessway_url))
