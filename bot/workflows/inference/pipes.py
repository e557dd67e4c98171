"""Links that carry a model, conditioning and more at once, as packs have them: pipes, contexts."""

import re

from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.template import InputRef

_PIPE = re.compile(r".*(?:PIPE|CONTEXT).*")
"""``PIPE_LINE`` of Easy-Use, ``BASIC_PIPE`` of the Impact Pack, ``RGTHREE_CONTEXT``."""


_NAMED = re.compile(r"(?:base_)?(?:ctx|context|pipe)(?:_|$)|.*_pipe$")
"""Inputs that no server lists: switches take any number of them."""


def is_pipe(link_type: str) -> bool:
    return _PIPE.fullmatch(link_type) is not None


def takes_a_pipe(anatomy: Anatomy, target: InputRef) -> bool:
    spec = anatomy.spec(target)
    return _NAMED.match(target.own_name) is not None if spec is None else is_pipe(spec.type)


def is_along_a_pipe(anatomy: Anatomy, node_id: str) -> bool:
    """Whether the node takes one or gives one: there, positive and negative are told apart by the inputs' names."""
    taken = any(takes_a_pipe(anatomy, InputRef(node_id, name)) for name, _ in anatomy.links(node_id))
    return taken or any(map(is_pipe, anatomy.outputs(node_id) or ()))
