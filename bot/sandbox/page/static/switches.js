/**
 * Switches for what can go wrong. They show how things are, whoever made them so.
 */

import { arrange, fill, h } from "./element.js";
import { t } from "./texts.js";

export function switches({ live }) {
  const heading = h("h2", { id: "switches-heading" });
  const list = h("ul", { class: "switches" });
  const absent = h("p", { class: "small", hidden: true });
  const element = h("section", { class: "panel-part", "aria-labelledby": heading.id }, heading, list, absent);
  const lines = new Map();
  let state = [];

  function speak() {
    heading.textContent = t("faults");
    fill(absent, t("no-comfyui-switches"));
    lines.clear();
    show();
  }

  function show() {
    const there = state.filter((each) => each.available);
    absent.hidden = state.some((each) => each.name === "comfyui-away" && each.available) || !state.length;
    for (const each of there) {
      if (!lines.has(each.name)) lines.set(each.name, line(each, live));
      lines.get(each.name).set(each.on);
    }
    arrange(list, there.map((each) => lines.get(each.name).element));
  }

  live.addEventListener("switches", ({ detail }) => {
    state = detail.switches;
    show();
  });
  return { element, speak };
}

function line({ name, momentary }, live) {
  const turn = (on) => live.ask("turn", { switch: name, on });
  if (momentary) {
    const button = h("button", { type: "button", class: "button secondary", on: { click: () => turn(true) } }, t(`fault-${name}`));
    return { element: h("li", {}, button), set() {} };
  }
  const button = h(
    "button",
    { type: "button", class: "switch", role: "switch", on: { click: () => turn(button.getAttribute("aria-checked") !== "true") } },
    h("span", { class: "knob", "aria-hidden": "true" }),
    h("span", {}, t(`fault-${name}`)),
  );
  return { element: h("li", {}, button), set: (on) => button.setAttribute("aria-checked", String(on)) };
}
