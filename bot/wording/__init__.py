"""Help with words: a language model behind an OpenAI-compatible address improves and translates prompts.

It knows nothing of jobs, Discord or ComfyUI. What the model answers is only ever the text of a prompt: it is bounded,
cleaned and handed back, and nothing is done because of what it says.
"""

from bot.wording.endpoint import Endpoint
from bot.wording.errors import (
    HelperAway,
    HelperRefused,
    HelperTimedOut,
    HelperUnreadable,
    HelperUnusable,
    WordingError,
)
from bot.wording.prompt_helper import PromptHelper

__all__ = [
    "Endpoint",
    "HelperAway",
    "HelperRefused",
    "HelperTimedOut",
    "HelperUnreadable",
    "HelperUnusable",
    "PromptHelper",
    "WordingError",
]
