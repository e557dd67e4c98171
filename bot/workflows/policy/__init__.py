"""What a graph may do to the machine that it runs on: which node classes it may use, and what its inputs may name. Pure.

``NodePolicy.refusals`` judges a graph when its workflow is resolved, and again before each submission, since packs change.
"""

from bot.workflows.policy.judging import DEFAULT_POLICY, NodePolicy
from bot.workflows.policy.patterns import Patterns

__all__ = ["DEFAULT_POLICY", "NodePolicy", "Patterns"]
