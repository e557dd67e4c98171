"""Which LoRAs a text's wishes become in a graph, and what there is to tell of that. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.comfy import JsonValue
from bot.texts import Text, text
from bot.workflows.needs import value_need
from bot.workflows.prompts.lora_names import meant_lora
from bot.workflows.prompts.lora_words import LoraWish, lora_word
from bot.workflows.template import InputRef, Scalar
from bot.workflows.workflow import LoraSlot

MOST_WISHES = 16
"""Looking for what resembles a name takes a while; nobody wishes for more."""
_PLAIN_STRENGTH = 1.0


class LoraChoice(Struct, frozen=True):
    """A slot with what fills it."""

    slot: LoraSlot
    name: str
    model: float
    clip: float

    @property
    def word(self) -> str:
        return lora_word(self.name, self.model, self.clip)

    @property
    def need(self) -> str:
        return value_need(*self.slot.listed_by, self.name)

    def inputs(self) -> Mapping[InputRef, JsonValue]:
        """What it sets in the graph."""
        place = InputRef(self.slot.node_id, self.slot.input_name)
        if self.slot.is_row:
            two: Mapping[str, JsonValue] = {} if self.model == self.clip else {"strengthTwo": self.clip}
            return {place: {"on": True, "lora": self.name, "strength": self.model, **two}}
        strengths = zip(self.slot.strengths, (self.model, self.clip), strict=False)
        return {place: self.name, **{InputRef(self.slot.node_id, name): value for name, value in strengths}}


class LoraChooser(Struct):
    """Gives out slots, the first wish getting the first."""

    slots: Sequence[LoraSlot]
    given: Mapping[InputRef, Scalar]
    """What the person set by options: a strength there is meant for a wish that says none."""
    notices: list[Text]
    _taken: int = 0
    _looked: int = 0

    def choose(self, wish: LoraWish) -> LoraChoice | None:
        """None: the wish cannot be fulfilled, and the notices say why."""
        if self._taken == len(self.slots) or self._looked == MOST_WISHES:
            self._refuse(wish)
            return None
        self._looked += 1
        slot = self.slots[self._taken]
        meant = meant_lora(wish.name, slot.names)
        if meant is None:
            self.notices.append(text("prompt-lora-unknown", name=wish.name))
            return None
        self._taken += 1
        if not meant.is_certain:
            self.notices.append(text("prompt-lora-similar", name=wish.name, used=meant.name))
        if wish.unread:
            self.notices.append(text("prompt-lora-unread", name=wish.name, unread=wish.unread))
        model, clip = self._strengths(wish, slot)
        return LoraChoice(slot, meant.name, model, clip)

    def _refuse(self, wish: LoraWish) -> None:
        if not self.slots:
            notice = text("prompt-lora-none", name=wish.name)
        else:
            notice = text("prompt-lora-full", name=wish.name, count=self._taken)
        self.notices.append(notice)

    def _strengths(self, wish: LoraWish, slot: LoraSlot) -> tuple[float, float]:
        given = [self.given.get(InputRef(slot.node_id, name)) for name in slot.strengths]
        by_option = [float(each) for each in given if isinstance(each, int | float)]
        plain = by_option[0] if by_option else _PLAIN_STRENGTH
        model = plain if wish.model is None else wish.model
        clip = model if wish.clip is None else wish.clip
        if wish.model is None and wish.clip is None and len(by_option) > 1:
            clip = by_option[1]
        return self._clamped(wish, slot, model), self._clamped(wish, slot, clip)

    def _clamped(self, wish: LoraWish, slot: LoraSlot, strength: float) -> float:
        low = strength if slot.minimum is None else max(strength, slot.minimum)
        used = float(low if slot.maximum is None else min(low, slot.maximum))
        if used != strength:
            notice = text("prompt-lora-clamped", name=wish.name, strength=f"{strength:g}", used=f"{used:g}")
            if notice not in self.notices:
                self.notices.append(notice)
        return used
