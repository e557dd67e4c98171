"""What a person's words may say besides themselves: ``{red|blue}``, ``__animal__``, ``<lora:name:0.8>``.

``read_prompts`` makes of typed words those that a graph takes, and of wishes for LoRAs values of its inputs;
``combinations`` lists what else the words could have become. Pure but for :mod:`.wildcard_files`, which reads the
operator's lists.
"""

from bot.workflows.prompts.combinations import Combinations, Several, combinations, several_combinations
from bot.workflows.prompts.reading import PromptRules, ReadPrompts, read_prompts
from bot.workflows.prompts.wildcards import NO_WILDCARDS, Wildcards

__all__ = [
    "NO_WILDCARDS",
    "Combinations",
    "PromptRules",
    "ReadPrompts",
    "Several",
    "Wildcards",
    "combinations",
    "read_prompts",
    "several_combinations",
]
