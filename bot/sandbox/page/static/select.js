/**
 * A select of a message or of a form: a box that opens its list in place.
 *
 * Of one value the choice counts at once; of several, when the list is closed. What may be left empty is chosen again
 * to be emptied.
 */

import { fill, h } from "./element.js";
import { Listbox } from "./listbox.js";
import { t } from "./texts.js";

export const SELECTS = { STRING: 3, USER: 5, ROLE: 6, MENTIONABLE: 7, CHANNEL: 8 };

/** `onChoose(values)`; `label` names it to those who do not see it; `mayBeEmpty`: nothing chosen is a choice, too. */
export function select(component, { world, label, onChoose, mayBeEmpty = component.min_values === 0 }) {
  const options = offered(component, world);
  const most = component.max_values ?? 1;
  let chosen = chosenAtFirst(component, world);
  let before = chosen;
  const words = h("span", { class: "select-words" });
  const name = label || component.placeholder || t("choose");
  const button = h(
    "button",
    { type: "button", class: "select-button", role: "combobox", "aria-haspopup": "listbox", "aria-label": name, disabled: component.disabled },
    words,
  );
  const list = new Listbox(button, pick, { multiple: most > 1 });
  list.name(name);

  function shown() {
    return options.map((option) => ({ ...option, selected: chosen.includes(option.key) }));
  }

  function tell() {
    const labels = options.filter((option) => chosen.includes(option.key)).map((option) => option.label);
    fill(words, labels.length ? labels.join(", ") : component.placeholder || t("choose"));
    button.classList.toggle("unchosen", labels.length === 0);
  }

  function pick(item) {
    if (most > 1) {
      const without = chosen.filter((key) => key !== item.key);
      chosen = without.length < chosen.length ? without : [...without, item.key].slice(-most);
      list.show(shown(), list.at);
      tell();
      return;
    }
    chosen = mayBeEmpty && chosen.includes(item.key) ? [] : [item.key];
    tell();
    list.hide();
    onChoose(chosen);
  }

  function open() {
    before = chosen;
    const first = options.findIndex((option) => chosen.includes(option.key));
    list.show(shown(), Math.max(first, 0));
  }

  function close() {
    if (!list.open) return;
    list.hide();
    if (most > 1 && String(before) !== String(chosen)) onChoose(chosen);
  }

  button.addEventListener("click", () => (list.open ? close() : open()));
  button.addEventListener("blur", close);
  button.addEventListener("keydown", (event) => {
    if (list.steer(event) || list.seek(event)) return;
    if (["ArrowDown", "ArrowUp"].includes(event.key) && !button.disabled) {
      event.preventDefault();
      open();
    } else if (event.key === "Escape" && list.open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (["Enter", " "].includes(event.key) && list.open) {
      event.preventDefault();
      list.pick();
    }
  });
  tell();
  return h("div", { class: "select" }, button, list.element);
}

/** What is chosen before anybody touched it: the keys. */
export function chosenAtFirst(component, world) {
  return offered(component, world).filter((option) => option.selected).map((option) => option.key);
}

function offered(component, world) {
  const people = () =>
    world.members.map((user) => ({ key: user.id, label: user.display, lead: "@", note: user.username }));
  const roles = () => (world.server?.roles ?? []).map((role) => ({ key: role.id, label: role.name, lead: "◆" }));
  switch (component.type) {
    case SELECTS.USER:
      return marked(people(), component);
    case SELECTS.ROLE:
      return marked(roles(), component);
    case SELECTS.MENTIONABLE:
      return marked([...people(), ...roles()], component);
    case SELECTS.CHANNEL:
      return marked(channels(component, world), component);
    default:
      return component.options.map((option) => ({
        key: option.value,
        label: option.label,
        note: option.description,
        lead: option.emoji?.id ? null : option.emoji?.name,
        selected: option.default,
      }));
  }
}

function channels(component, world) {
  const allowed = component.channel_types?.length ? component.channel_types : null;
  return (world.server?.channels ?? [])
    .filter((channel) => !allowed || allowed.includes(channel.type))
    .map((channel) => ({ key: channel.id, label: channel.name, lead: "#" }));
}

function marked(options, component) {
  const defaults = new Set((component.default_values ?? []).map((each) => each.id));
  return options.map((option) => ({ ...option, selected: defaults.has(option.key) }));
}
