"""Which words of a job are to be made better, and where its graphs have them. Pure."""

import re
from collections.abc import Collection, Iterator

from bot.comfy import JsonValue
from bot.jobs.rewording import Rewording, UiPath
from bot.workflows.additions import negates, without_added
from bot.workflows.model_family import model_family
from bot.workflows.template import InputRef, OptionKind, PromptSyntax
from bot.workflows.workflow import Filled, Option, Workflow

_LORA = re.compile(r"<lora:[^<>\n]{1,300}>", re.IGNORECASE)


def rewordings(
    workflow: Workflow, filled: Filled, given: Collection[str], *, translate: bool, improve: bool
) -> tuple[Rewording, ...]:
    """The prompt's words, and for a translation those of what is to be kept out, too, where the person typed some.

    ``given``: the options that the person answered.
    """
    return tuple(_asked(workflow, filled, given, translate=translate, improve=improve))


def _asked(
    workflow: Workflow, filled: Filled, given: Collection[str], *, translate: bool, improve: bool
) -> Iterator[Rewording]:
    for option in workflow.options:
        is_prompt = option.name == workflow.prompt_option
        if option.kind is not OptionKind.TEXT or not (
            is_prompt or (option.name in given and negates(option.name))
        ):
            continue
        whole, added = _words(filled, option), filled.added.get(option.name, "")
        words = without_added(whole or "", added)
        if words.strip() and (translate or (improve and is_prompt)):
            targets = [each for each in option.targets if _held(filled, each) == whole]
            yield Rewording(
                option=option.name,
                words=words,
                targets=tuple((each.node_id, each.input_name) for each in targets),
                translate=translate,
                improve_for=model_family(filled.graph).value if improve and is_prompt else None,
                aside=_aside(words, filled.values.get(option.name, "")),
                offers_choices=PromptSyntax.CHOICES in workflow.prompt_syntax,
                added=added,
                ui_paths=tuple(_ui_paths(workflow, filled.ui, targets, whole or "")),
            )


def _words(filled: Filled, option: Option) -> str | None:
    found = (_held(filled, each) for each in option.targets)
    return next((each for each in found if isinstance(each, str) and each.strip()), None)


def _held(filled: Filled, target: InputRef) -> JsonValue:
    return filled.graph[target.node_id].inputs.get(target.input_name)


def _aside(words: str, shown: str) -> str:
    """What was asked for among the words and is in the graph elsewhere: it stays for whoever reads them again."""
    return " ".join(each for each in _LORA.findall(shown) if each not in words)


def _ui_paths(
    workflow: Workflow, document: JsonValue, targets: Collection[InputRef], words: str
) -> Iterator[UiPath]:
    """Of the widgets that gave the graph these words, and hold them in plain sight."""
    if workflow.ui is None or workflow.ui.bindings is None:
        return
    bindings = (workflow.ui.bindings.giving(each.node_id, each.input_name) for each in targets)
    for path in dict.fromkeys(binding.path for binding in bindings if binding is not None):
        if _at(document, path) == words:
            yield path


def _at(document: JsonValue, path: UiPath) -> JsonValue:
    found = document
    for step in path:
        match found:
            case dict() if step in found:
                found = found[str(step)]
            case list() if isinstance(step, int) and step < len(found):
                found = found[step]
            case _:
                return None
    return found
