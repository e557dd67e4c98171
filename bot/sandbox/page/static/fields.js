/**
 * The fields of a form that the bot opened, all with the same face: `{element, name, value, refuse(words), focus()}`.
 */

import { fill, h } from "./element.js";
import { filePicker } from "./files.js";
import { markdown } from "./markdown_view.js";
import { chosenAtFirst, select } from "./select.js";
import { t } from "./texts.js";

const TYPE = { ROW: 1, TEXT_INPUT: 4, TEXT: 10, LABEL: 18, FILES: 19, RADIOS: 21, CHECKBOXES: 22, CHECKBOX: 23 };
const PARAGRAPH = 2;
const FOCUSABLE = "input:not([type='file']), textarea, button";
const CHECKED = "input[type='text'], textarea, [role='combobox']";

let made = 0;

/** What a component of a form becomes; a mere text has no name. */
export function formFields(components, context) {
  return components.flatMap((component) => {
    switch (component.type) {
      case TYPE.TEXT:
        return [{ element: h("div", { class: "words" }, markdown(component.content, context)), name: null }];
      case TYPE.ROW:
        return component.components.map((each) => field(each, each.label ?? "", null, context));
      case TYPE.LABEL:
        return [field(component.component, component.label, component.description, context)];
      default:
        return [];
    }
  });
}

function field(component, label, description, context) {
  const id = `field-${(made += 1)}`;
  const control = (CONTROLS[component.type] ?? menu)(component, { id, label, context });
  const required = isRequired(component);
  const problem = h("p", { class: "problem", id: `${id}-problem`, hidden: true });
  const about = description ? h("p", { class: "small", id: `${id}-about` }, description) : null;
  const name = [label, required ? h("span", { class: "required", title: t("required") }, "*") : null];
  const target = control.element.matches(FOCUSABLE) ? control.element : control.element.querySelector(FOCUSABLE);
  target?.setAttribute("aria-describedby", [about?.id, problem.id].filter(Boolean).join(" "));
  const head = control.labelled ? h("label", { class: "field-label", for: id }, name) : h("p", { class: "field-label", id: `${id}-label` }, name);
  return {
    element: h("div", { class: "field", role: control.labelled ? null : "group", "aria-labelledby": control.labelled ? null : `${id}-label` }, head, about, control.element, problem),
    name: component.custom_id,
    label,
    get value() {
      return control.value();
    },
    focus: () => target?.focus(),
    refuse(words) {
      fill(problem, words);
      problem.hidden = !words;
      if (target?.matches(CHECKED)) target.setAttribute("aria-invalid", String(Boolean(words)));
    },
  };
}

function isRequired(component) {
  return component.required !== false && component.type !== TYPE.CHECKBOX;
}

const CONTROLS = {
  [TYPE.TEXT_INPUT]: words,
  [TYPE.FILES]: files,
  [TYPE.RADIOS]: (component, face) => ticks(component, face, "radio"),
  [TYPE.CHECKBOXES]: (component, face) => ticks(component, face, "checkbox"),
  [TYPE.CHECKBOX]: checkbox,
};

function words(component, { id }) {
  const many = component.style === PARAGRAPH;
  const shared = { id, placeholder: component.placeholder, maxlength: component.max_length, "aria-required": isRequired(component) ? "true" : null };
  const element = many ? h("textarea", { ...shared, rows: "4" }) : h("input", { ...shared, type: "text", autocomplete: "off" });
  element.value = component.value ?? "";
  return { element, labelled: true, value: () => element.value };
}

function files(component, { id, label }) {
  let chosen = [];
  const picker = filePicker({ id, label, most: component.max_values ?? 1, onChange: (each) => (chosen = each) });
  return { element: picker.element, labelled: false, value: () => chosen };
}

function ticks(component, { id }, type) {
  const inputs = component.options.map((option, index) => {
    const input = h("input", { type, name: id, id: `${id}-${index}`, value: option.value, checked: option.default });
    const line = h("label", { class: "tick", for: input.id }, input, h("span", {}, option.label), option.description ? h("span", { class: "note" }, option.description) : null);
    return { input, line };
  });
  const chosen = () => inputs.filter(({ input }) => input.checked).map(({ input }) => input.value);
  return {
    element: h("div", { class: "ticks" }, inputs.map(({ line }) => line)),
    labelled: false,
    value: () => (type === "radio" ? (chosen()[0] ?? null) : chosen()),
  };
}

function checkbox(component, { id, label }) {
  const input = h("input", { type: "checkbox", id, checked: component.default, "aria-label": label });
  return { element: h("div", { class: "ticks" }, input), labelled: true, value: () => input.checked };
}

function menu(component, { label, context }) {
  let chosen = chosenAtFirst(component, context.world);
  const onChoose = (values) => (chosen = values);
  const element = select(component, { world: context.world, label, onChoose, mayBeEmpty: !isRequired(component) });
  if (isRequired(component)) element.firstElementChild.setAttribute("aria-required", "true");
  return { element, labelled: false, value: () => chosen };
}
