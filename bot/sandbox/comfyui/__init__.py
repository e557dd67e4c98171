"""A ComfyUI to play with: HTTP, websocket and pictures, on a loopback socket, without models or a GPU.

The ``sandbox`` command shows the bot with it, and the tests tell it stories. Written from recordings of a real server;
it imports nothing of the bot, which reaches it over sockets only.
"""

from bot.sandbox.comfyui.faults import Fault
from bot.sandbox.comfyui.foreign import ForeignPrompt
from bot.sandbox.comfyui.release import RELEASE_0_3_64, RELEASE_0_33, Release
from bot.sandbox.comfyui.standin import ComfyStandIn
from bot.sandbox.comfyui.story import INSTANT, LIFELIKE, Pace, Story

__all__ = [
    "INSTANT",
    "LIFELIKE",
    "RELEASE_0_3_64",
    "RELEASE_0_33",
    "ComfyStandIn",
    "Fault",
    "ForeignPrompt",
    "Pace",
    "Release",
    "Story",
]
