/**
 * A select of a message or of a form: a button that opens its list in place.
 *
 * Of one value the choice counts at once; of several, when the list is closed.
 */

import { fill, h } from "./element.js";
import { Listbox } from "./listbox.js";
import { t } from "./texts.js";

export const SELECTS = { STRING: 3, USER: 5, ROLE: 6, MENTIONABLE: 7, CHANNEL: 8 };

/** `onChoose(values)`; `label` names it to those who do not see it. */
export function select(component, { world, label, onChoose, initial = null }) {
  const options = offered(component, world);
  const most = component.max_values ?? 1;
  let chosen = initial ?? options.filter((option) => option.selected).map((option) => option.key);
  const words = h("span", { class: "select-words" });
  const button = h(
    "button",
    { type: "button", class: "select-button", "aria-haspopup": "listbox", disabled: component.disabled },
    label && label !== component.placeholder ? h("span", { class: "unseen" }, `${label}: `) : null,
    words,
  );
  const list = new Listbox(button, pick, { multiple: most > 1 });
  list.name(label || component.placeholder || t("choose"));

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
    chosen = [item.key];
    tell();
    list.hide();
    onChoose(chosen);
  }

  function close() {
    if (!list.open) return;
    list.hide();
    if (most > 1) onChoose(chosen);
  }

  button.addEventListener("click", () => (list.open ? close() : list.show(shown(), 0)));
  button.addEventListener("blur", close);
  button.addEventListener("keydown", (event) => {
    if (list.steer(event)) return;
    if (event.key === "Escape" && list.open) {
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
