"""A modal as a person fills it in, and as its submission carries the values."""

from collections.abc import Mapping, Sequence

from bot.sandbox.discord.command_line import NotSent
from bot.sandbox.discord.commands import Option, OptionType
from bot.sandbox.discord.components import SELECTS, ComponentType
from bot.sandbox.discord.filling import Filling, boolean
from bot.sandbox.discord.wire import Json

_SELECTED = {
    ComponentType.USER_SELECT: OptionType.USER,
    ComponentType.ROLE_SELECT: OptionType.ROLE,
    ComponentType.MENTIONABLE_SELECT: OptionType.MENTIONABLE,
    ComponentType.CHANNEL_SELECT: OptionType.CHANNEL,
}


class ModalForm:
    """Values are told by a field's custom_id or by its label."""

    def __init__(self, modal: Json, filling: Filling) -> None:
        self._modal = modal
        self._filling = filling

    @property
    def title(self) -> str:
        return self._modal["title"]

    def submit(self, values: Mapping[str, object]) -> Json:
        """The ``data`` of the interaction."""
        left = dict(values)
        components = [self._top(component, left) for component in self._modal["components"]]
        if left:
            raise NotSent("the form has no such field", next(iter(left)))
        data: Json = {"custom_id": self._modal["custom_id"], "components": components}
        if self._filling.resolved.body:
            data["resolved"] = self._filling.resolved.body
        return data

    def _top(self, component: Json, left: dict[str, object]) -> Json:
        shared: Json = {"type": component["type"], "id": component["id"]}
        match component["type"]:
            case ComponentType.LABEL:
                inner = component["component"]
                return shared | {"component": self._field(inner, component.get("label", ""), left)}
            case ComponentType.ACTION_ROW:
                inputs = [self._field(each, each.get("label", ""), left) for each in component["components"]]
                return shared | {"components": inputs}
            case _:
                return shared

    def _field(self, component: Json, label: str, left: dict[str, object]) -> Json:
        custom_id: str = component["custom_id"]
        given = left.pop(custom_id, left.pop(label, None))
        shared: Json = {"type": component["type"], "id": component["id"], "custom_id": custom_id}
        name = label or custom_id
        match component["type"]:
            case ComponentType.TEXT_INPUT:
                return shared | {"value": _text(component, given, name)}
            case ComponentType.CHECKBOX:
                return shared | {"value": _ticked(component, given, name)}
            case ComponentType.RADIO_GROUP:
                picked = pick(component, _listed(given), name)
                return shared | {"value": picked[0] if picked else None}
            case ComponentType.CHECKBOX_GROUP | ComponentType.STRING_SELECT:
                return shared | {"values": pick(component, _listed(given), name)}
            case ComponentType.FILE_UPLOAD:
                return shared | {"values": self._objects(component, OptionType.ATTACHMENT, given, name)}
            case kind if kind in SELECTS:
                return shared | {
                    "values": self._objects(component, _SELECTED[ComponentType(kind)], given, name)
                }
            case kind:
                raise NotSent(f"a field of type {kind} cannot be filled in", name)

    def _objects(self, component: Json, kind: OptionType, given: object, name: str) -> list[str]:
        values = _listed(given)
        if values is None:
            values = [each["id"] for each in component.get("default_values") or ()]
        return objects(self._filling, component, kind, values, name)


def objects(
    filling: Filling, component: Json, kind: OptionType, values: Sequence[object], name: str
) -> list[str]:
    """Ids of what was selected; the filling remembers the objects."""
    _check_count(component, len(values), name)
    option = Option({"name": name, "type": int(kind)})
    return [str(filling.value_of(option, value)) for value in values]


def selected_kind(component_type: int) -> OptionType | None:
    """What a select of this type selects; None: texts of its own."""
    return _SELECTED.get(ComponentType(component_type))


def pick(component: Json, values: Sequence[object] | None, name: str) -> list[str]:
    """Options by value or by label; None: what is chosen from the start is left so."""
    options: list[Json] = component.get("options") or []
    by_name = {option["label"]: option["value"] for option in options}
    by_name |= {option["value"]: option["value"] for option in options}
    if values is None:
        values = [option["value"] for option in options if option.get("default")]
    for value in values:
        if str(value) not in by_name:
            raise NotSent(f"choose one of: {', '.join(option['label'] for option in options)}", name)
    _check_count(component, len(values), name)
    return [by_name[str(value)] for value in values]


def _listed(given: object) -> list[object] | None:
    """None: nobody touched the field."""
    match given:
        case None:
            return None
        case list() | tuple():
            return list(given)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # anything goes
        case _:
            return [given]


def _check_count(component: Json, count: int, name: str) -> None:
    is_single = component["type"] == ComponentType.RADIO_GROUP
    lowest = component.get("min_values")
    lowest = 1 if lowest is None else lowest
    highest = component.get("max_values")
    if highest is None:
        many = component["type"] == ComponentType.CHECKBOX_GROUP
        highest = 1 if is_single or not many else len(component["options"])
    may_be_left = not component.get("required", True)
    if not (lowest <= count <= highest or (may_be_left and count == 0)):
        raise NotSent(f"choose {0 if may_be_left and lowest <= 1 else lowest} to {highest}", name)


def _ticked(component: Json, given: object, name: str) -> bool:
    match given:
        case None:
            return bool(component.get("default"))
        case str():
            return boolean(given, name)
        case _:
            return bool(given)


def _text(component: Json, given: object, name: str) -> str:
    text = str((component.get("value") or "") if given is None else given)
    if not text and component.get("required", True):
        raise NotSent("this field is required", name)
    shortest, longest = component.get("min_length") or 0, component.get("max_length") or 4000
    if text and not shortest <= len(text) <= longest:
        raise NotSent(f"must be {shortest} to {longest} characters long", name)
    return text
