/**
 * The controls for the options of a command: one of each type, all with the same face
 * `{element, focus(), value, refuse(words), listed}`.
 */

import { fill, h } from "./element.js";
import { filePicker } from "./files.js";
import { Listbox } from "./listbox.js";
import { localised, t } from "./texts.js";

export const OPTION = { STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9, NUMBER: 10, ATTACHMENT: 11 };
const LISTS = { [OPTION.USER]: ["members"], [OPTION.ROLE]: ["roles"], [OPTION.MENTIONABLE]: ["members", "roles"], [OPTION.CHANNEL]: ["channels"] };
const PAUSE = 180;

let made = 0;

/** `page`: {world, suggest(option, typed), send(), remove(option), changed()} */
export function optionControl(option, page) {
  const id = `option-${(made += 1)}`;
  const problem = h("span", { class: "problem", id: `${id}-problem`, hidden: true });
  const label = localised(option, "name");
  const field = option.type === OPTION.ATTACHMENT ? attachment(option, id, label, page) : words(option, id, label, page);
  const element = h(
    "div",
    { class: "option-field", "data-option": option.name },
    h("label", { for: field.labels }, label, option.required ? h("span", { class: "required", title: t("required") }, "*") : null),
    field.element,
    option.required ? null : removing(label, () => page.remove(option)),
    problem,
  );
  return {
    option,
    element,
    focus: () => field.focus(),
    get value() {
      return field.value;
    },
    addFiles: field.addFiles,
    refuse(reason) {
      fill(problem, reason);
      problem.hidden = !reason;
      element.classList.toggle("refused", Boolean(reason));
      field.mark?.(Boolean(reason), problem.id);
    },
  };
}

/** What a person should know before typing: what it is for, and what is allowed. */
export function hint(option) {
  const range = (low, high, unit) => {
    if (low === undefined && high === undefined) return null;
    return `${low ?? "…"}–${high ?? "…"}${unit}`;
  };
  const kinds = { [OPTION.INTEGER]: t("whole-number"), [OPTION.NUMBER]: t("number"), [OPTION.BOOLEAN]: t("yes-or-no"), [OPTION.ATTACHMENT]: t("a-file") };
  return [
    localised(option, "description"),
    kinds[option.type],
    range(option.min_value, option.max_value, ""),
    range(option.min_length, option.max_length, ` ${t("characters")}`),
    option.file_types?.join(", "),
    option.required ? t("required") : null,
  ]
    .filter(Boolean)
    .join(" · ");
}

function removing(label, onRemove) {
  return h("button", { type: "button", class: "quiet remove", tabindex: "-1", "aria-label": t("remove", { name: label }), on: { click: onRemove } }, "×");
}

function attachment(option, id, label, page) {
  let file = null;
  const picker = filePicker({
    id,
    label,
    accept: option.file_types?.map((type) => (type.startsWith(".") ? type : `${type}/*`)).join(",") || null,
    onChange: (files) => {
      file = files[0] ?? null;
      page.changed();
    },
  });
  return {
    labels: null,
    element: picker.element,
    focus: picker.focus,
    addFiles: picker.add,
    get value() {
      return file;
    },
  };
}

function words(option, id, label, page) {
  const list = knownValues(option, page.world);
  const suggested = Boolean(option.autocomplete);
  const input = h("textarea", {
    id,
    rows: "1",
    spellcheck: "false",
    autocomplete: "off",
    inputmode: inputMode(option.type),
    "aria-required": option.required ? "true" : null,
    ...(list || suggested ? { role: "combobox", "aria-autocomplete": "list" } : {}),
  });
  let chosen = null;
  let asked = 0;
  const box = list || suggested ? new Listbox(input, pick) : null;
  box?.name(label);

  function pick(item) {
    chosen = item;
    input.value = item.label;
    grow();
    box.hide();
    page.changed();
  }

  function offer(all, highlight) {
    const typed = input.value.trim().toLowerCase();
    const fitting = all.filter((item) => item.label.toLowerCase().includes(typed) || item.note?.toLowerCase().includes(typed));
    box.show(fitting, fitting.length ? highlight : -1);
  }

  function look() {
    if (list) {
      offer(list, input.value ? 0 : -1);
    } else if (suggested) {
      const number = (asked += 1);
      setTimeout(async () => {
        if (number !== asked) return;
        const items = await page.suggest(option, input.value);
        if (number === asked && document.activeElement === input) box.show(items, -1);
      }, PAUSE);
    }
  }

  function grow() {
    input.style.setProperty("width", `${Math.min(Math.max(input.value.length + 3, 9), 46)}ch`);
    input.style.setProperty("height", "auto");
    input.style.setProperty("height", `${input.scrollHeight}px`);
  }

  input.addEventListener("input", () => {
    chosen = null;
    page.changed();
    input.value = input.value.replace(/\n+/g, option.type === OPTION.STRING ? "\n" : "");
    grow();
    look();
  });
  input.addEventListener("focus", look);
  input.addEventListener("blur", () => {
    asked += 1;
    box?.hide();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || box?.steer(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (!box?.pick()) page.send();
    } else if (event.key === "Tab" && !event.shiftKey && box?.highlighted) {
      box.pick();
    } else if (event.key === "Escape" && box?.open) {
      event.stopPropagation();
      box.hide();
    } else if (event.key === "Backspace" && !input.value && !option.required) {
      event.preventDefault();
      page.remove(option);
    }
  });
  requestAnimationFrame(grow);
  return {
    labels: id,
    element: h("div", { class: "control" }, input, box?.element),
    focus: () => input.focus(),
    get value() {
      const typed = input.value;
      const item = chosen ?? list?.find((each) => each.label.toLowerCase() === typed.trim().toLowerCase());
      return item ? item.key : typed;
    },
    mark(isWrong, problemId) {
      input.setAttribute("aria-invalid", String(isWrong));
      if (isWrong) input.setAttribute("aria-describedby", problemId);
      else input.removeAttribute("aria-describedby");
    },
  };
}

function inputMode(type) {
  return { [OPTION.INTEGER]: "numeric", [OPTION.NUMBER]: "decimal" }[type] ?? null;
}

/** The values of an option that is chosen from a list; null when it is typed. */
function knownValues(option, world) {
  if (option.choices?.length) {
    return option.choices.map((choice) => ({ key: choice.value, label: localised(choice, "name") }));
  }
  if (option.type === OPTION.BOOLEAN) return [{ key: "true", label: t("yes") }, { key: "false", label: t("no") }];
  return LISTS[option.type]?.flatMap((name) => THINGS[name](world, option)) ?? null;
}

const THINGS = {
  members: (world) => world.members.map((user) => ({ key: user.id, label: user.display, lead: "@", note: user.username })),
  roles: (world) => (world.server?.roles ?? []).map((role) => ({ key: role.id, label: role.name, lead: "◆" })),
  channels: (world, option) =>
    (world.server?.channels ?? [])
      .filter((channel) => !option.channel_types?.length || option.channel_types.includes(channel.type))
      .map((channel) => ({ key: channel.id, label: channel.name, lead: "#" })),
};
