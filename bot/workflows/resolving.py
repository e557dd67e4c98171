"""Makes a command of a template: asks what the backends have, and whether any of them can run it."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from bot.comfy import ObjectInfo, Phrase
from bot.texts import Text, text
from bot.workflows.attachment_settling import is_attached
from bot.workflows.availability import as_spelt_on, fixed_needs, lacks, missing_name
from bot.workflows.caps import DEFAULT_CAPS, Caps, beyond, capped, with_sides_of
from bot.workflows.command_size import fit
from bot.workflows.discord_rules import whole_characters
from bot.workflows.draft import Draft
from bot.workflows.inference import infer, missing_media
from bot.workflows.lists import inputs_on
from bot.workflows.policy import DEFAULT_POLICY, NodePolicy
from bot.workflows.prompts.lora_slots import lora_slots
from bot.workflows.settling import settle
from bot.workflows.shapes import settled_shapes
from bot.workflows.spelling import did_you_mean
from bot.workflows.template import InputRef, OptionKind, OptionSpec, Template, describe_node
from bot.workflows.variants import suited, variants_of
from bot.workflows.workflow import Option, Unavailable, Workflow

_log = logging.getLogger(__name__)


def resolve(
    source: Template | Draft,
    knowledge: Sequence[ObjectInfo],
    *,
    allow_stand_ins: bool = True,
    caps: Caps = DEFAULT_CAPS,
    policy: NodePolicy = DEFAULT_POLICY,
) -> Workflow | Unavailable:
    """The workflow as the backends that can run it allow: lists united, ranges intersected.

    ``knowledge`` is of all backends that answered. While none has, the workflow stays on offer and its options are
    typed by the graph's values; only a UI graph has to wait, for nobody else can say what its values mean.

    A draft is converted first, which is no work for the event loop.

    ``allow_stand_ins``: where no backend has the model that an option has by default, another one of the list takes its
    place, and :attr:`Option.stands_in_for` says so; otherwise the workflow is unavailable.

    ``caps``: how much people may ask for, whatever backends and files allow. What others than the operator brought may not
    start from more either.

    ``policy``: which node classes graphs may use; one that uses others is unavailable.

    Raises:
        WorkflowError: the files are wrong, whatever a backend lacks.
    """
    warnings: tuple[Phrase, ...] = ()
    if isinstance(source, Template):
        template = source
    else:
        from bot.workflows.drafting import drafted  # noqa: PLC0415  # a bot without drafts starts sooner without it

        made = drafted(source, knowledge)
        if isinstance(made, Unavailable):
            return made
        template, warnings = made.template, made.warnings
    template = askable(template, policy, knowledge)
    set_by_options = frozenset(target for option in template.options for target in option.targets)
    refused = policy.refusals(template.graph, knowledge, trusted=template.trusted, handed_in=set_by_options)
    if refused:
        return Unavailable(template.name, refused)
    for option in template.options:
        _refuse_unknown_inputs(template, option, knowledge)
    gaps = [lacks(template, info) for info in knowledge]
    able = [info for info, missing in zip(knowledge, gaps, strict=True) if not missing]
    if gaps and not able:
        return Unavailable(template.name, min(gaps, key=len))
    found = infer(template.graph, able)
    wanted = missing_media(template, found.media, able)
    if wanted:
        return Unavailable(template.name, wanted)
    workflow = _workflow(as_spelt_on(template, able[0]) if able else template, able)
    replaced = [option for option in workflow.all_options if option.stands_in_for is not None]
    if replaced and not allow_stand_ins:
        return Unavailable(template.name, tuple(_missing_default(template, option) for option in replaced))
    for warning in warnings:
        _warn_once(template.name, warning)
    amounts = with_sides_of(workflow.all_options, found.amounts)
    if not template.trusted and (too_much := beyond(workflow, amounts, caps)):
        return Unavailable(template.name, too_much)
    options = [capped(option, template.graph, amounts, caps) for option in workflow.all_options]
    offered = {option.name for option in workflow.options}
    shaped = settled_shapes(options, workflow.graph, caps.pixels)
    return replace(
        workflow,
        options=tuple(option for option in shaped if option.name in offered),
        hidden=tuple(option for option in shaped if option.name not in offered),
        prompt_option=template.prompt or _prompt_option(workflow.options, found.prompt),
        amounts=amounts,
        most_pixels=caps.pixels,
        warnings=warnings,
    )


def askable(template: Template, policy: NodePolicy, knowledge: Sequence[ObjectInfo]) -> Template:
    """With those options alone that people can be asked for, or whose defaults can be sent."""
    return _without_places(_without_fixed_files(template), policy, knowledge)


def _without_places(template: Template, policy: NodePolicy, knowledge: Sequence[ObjectInfo]) -> Template:
    """Without options that would let people type paths, addresses or programs into what somebody else brought."""
    if template.trusted:
        return template
    graph = template.graph
    kept = tuple(
        option
        for option in template.options
        if all(
            policy.may_be_typed(graph[each.node_id], each.input_name, knowledge) for each in option.targets
        )
    )
    return replace(template, options=kept)


def _without_fixed_files(template: Template) -> Template:
    """Without hidden options of files: the one that the graph names is sent, so a server must have it.

    What is laid over such a picture goes along, and so does a hidden shape: neither has a default to send.
    """
    gone = {
        option.name
        for option in template.options
        if option.hidden and (is_attached(option.kind) or option.kind is OptionKind.SIZE)
    }
    kept = (option for option in template.options if option.name not in gone and option.of not in gone)
    return replace(template, options=tuple(kept)) if gone else template


def _missing_default(template: Template, option: Option) -> Text:
    return missing_name(template, option.targets[0], option.stands_in_for or "", option.choices or ())


def _prompt_option(options: Sequence[Option], inputs: Sequence[InputRef]) -> str | None:
    """The option that holds the prompt: by its name, by what it sets, or as the only text that must be given."""
    texts = [option for option in options if option.kind is OptionKind.TEXT]
    named = [option.name for option in texts if option.name == "prompt"]
    setting = [option.name for option in texts if not set(inputs).isdisjoint(option.targets)]
    required = [option.name for option in texts if option.required]
    return next(iter((*named, *setting, *required)), None)


@lru_cache(maxsize=1000)
def _warn_once(name: str, warning: str) -> None:
    """Once for all: workflows are resolved anew whenever a backend tells what it has."""
    _log.warning("workflow %s: %s", name, warning)


def _refuse_unknown_inputs(template: Template, option: OptionSpec, knowledge: Sequence[ObjectInfo]) -> None:
    """An input that no backend's version of the class has is a mistake in the file; ComfyUI would ignore it silently."""
    for target in option.targets:
        class_type = template.graph[target.node_id].class_type
        versions = [info.classes[class_type] for info in knowledge if class_type in info.classes]
        if versions and not any(inputs_on(template.graph, (target,), info) for info in knowledge):
            inputs = dict.fromkeys(name for version in versions for name in version.inputs)
            node, near = (
                describe_node(template.graph, target.node_id),
                did_you_mean(target.input_name, inputs),
            )
            raise template.wrong(
                option, text("wrong-input-gone", input=target.input_name, node=node, near=near)
            )


def _workflow(template: Template, able: Sequence[ObjectInfo]) -> Workflow:
    classes = frozenset(node.class_type for node in template.graph.values())
    plain = [settle(template, option, able) for option in template.options]
    variants = variants_of(template.graph, plain, able)
    settled = [suited(option, template.graph, variants) for option in plain]
    hidden = {option.name for option in template.options if option.hidden}
    workflow = Workflow(
        name=template.name,
        description=template.description,
        graph=template.graph,
        # required first, as Discord wants them: files that no server has are, too
        options=tuple(
            sorted(
                (option for option in settled if option.name not in hidden),
                key=lambda option: not option.required,
            )
        ),
        hidden=tuple(option for option in settled if option.name in hidden),
        titles={node_id: _title(template, node_id, able) for node_id in template.graph},
        needs=classes.union(*(fixed_needs(template, info) for info in able)),
        name_localisations=template.name_localisations,
        description_localisations=template.description_localisations,
        ui=template.ui,
        prompt_syntax=template.prompt_syntax,
        variants=variants,
        own_options=template.own_options,
        after=template.after,
        nsfw=template.nsfw,
        fingerprint=template.fingerprint,
        trusted=template.trusted,
    )
    return replace(
        workflow, options=fit(workflow), lora_slots=lora_slots(template.graph, workflow.all_options, able)
    )


def _title(template: Template, node_id: str, able: Sequence[ObjectInfo]) -> str:
    node = template.graph[node_id]
    names = (info.classes[node.class_type].display_name for info in able)
    return whole_characters(node.title or next(names, node.class_type))
