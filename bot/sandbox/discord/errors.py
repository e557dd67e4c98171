"""Refusals in Discord's words and numbers: status, code and message as its documentation lists them."""

from collections.abc import Mapping

from bot.sandbox.discord.rules import Problems, Refusal


class Refused(Exception):
    """The request is answered with this status and body."""

    def __init__(self, status: int, body: Mapping[str, object]) -> None:
        super().__init__(body["message"])
        self.status = status
        self.body = body

    @classmethod
    def because(cls, refusal: Refusal) -> "Refused":
        return cls(refusal.status, {"message": refusal.message, "code": refusal.code})


def refuse_if(problems: Problems) -> None:
    """Let a request pass that has no problems."""
    if problems:
        raise Refused(problems.status, problems.body())


UNAUTHORIZED = Refusal(401, 0, "401: Unauthorized")
NOT_FOUND = Refusal(404, 0, "404: Not Found")
METHOD_NOT_ALLOWED = Refusal(405, 0, "405: Method Not Allowed")
UNKNOWN_APPLICATION = Refusal(404, 10002, "Unknown Application")
UNKNOWN_CHANNEL = Refusal(404, 10003, "Unknown Channel")
UNKNOWN_GUILD = Refusal(404, 10004, "Unknown Guild")
UNKNOWN_MEMBER = Refusal(404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = Refusal(404, 10008, "Unknown Message")
UNKNOWN_USER = Refusal(404, 10013, "Unknown User")
UNKNOWN_WEBHOOK = Refusal(404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION = Refusal(404, 10062, "Unknown interaction")
UNKNOWN_COMMAND = Refusal(404, 10063, "Unknown application command")
FILE_TOO_LARGE = Refusal(413, 40005, "Request entity too large")
ALREADY_ACKNOWLEDGED = Refusal(400, 40060, "Interaction has already been acknowledged.")
TOO_MANY_FOLLOW_UPS = Refusal(
    400, 40094, "This interaction has reached the maximum number of follow-up messages (5)."
)
MISSING_ACCESS = Refusal(403, 50001, "Missing Access")
NOT_THE_AUTHOR = Refusal(403, 50005, "Cannot edit a message authored by another user")
CANNOT_MESSAGE_USER = Refusal(403, 50007, "Cannot send messages to this user")
MISSING_PERMISSIONS = Refusal(403, 50013, "Missing Permissions")
INVALID_WEBHOOK_TOKEN = Refusal(401, 50027, "Invalid Webhook Token")
INVALID_JSON = Refusal(400, 50109, "The request body contains invalid JSON.")
WRONG_CHANNEL_TYPE = Refusal(400, 50024, "Cannot execute action on this channel type")
THREAD_EXISTS = Refusal(400, 160004, "A thread has already been created for this message")
NO_HISTORY_PERMISSION = Refusal(403, 160002, "You cannot reply without permission to read message history")


def invalid_field(name: str, code: str, message: str) -> Refused:
    """A refusal of one query parameter or part; whole bodies are judged by the rules."""
    problems = Problems()
    problems.add([name], code, message)
    return Refused(problems.status, problems.body())
