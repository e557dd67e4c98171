/**
 * Who sits in front of this window, and in which language.
 */

import { fill, h } from "./element.js";
import { language, LANGUAGES, t } from "./texts.js";

/** `onBe(name)`, `onSpeak(locale)`, `onInstall(on)` */
export function persons(world, { onBe, onSpeak, onInstall }) {
  const who = h("select", { id: "person", on: { change: () => onBe(who.value) } });
  const tongue = h("select", { id: "language", on: { change: () => onSpeak(tongue.value) } });
  const whoLabel = h("label", { for: "person" });
  const tongueLabel = h("label", { for: "language" });
  const words = h("span", {});
  const installed = h("button", { type: "button", class: "switch", role: "switch", on: { click: () => onInstall(!world.places.you.has_installed) } }, h("span", { class: "knob", "aria-hidden": "true" }), words);
  const element = h("div", { class: "persons" }, h("div", {}, whoLabel, who), h("div", {}, tongueLabel, tongue), installed);

  function show() {
    whoLabel.textContent = t("you-are");
    tongueLabel.textContent = t("language");
    const people = world.places.persons.map((person) => [person.name, `${person.display} – ${t(`person-${person.name}`)}`]);
    choose(who, people, world.places.you?.name);
    words.textContent = t("installed", { bot: world.places.bot?.display ?? "" });
    installed.title = t("installed-means");
    installed.setAttribute("aria-checked", String(world.places.you?.has_installed ?? false));
    installed.hidden = !world.places.takes_user_installs;
    choose(tongue, Object.entries(LANGUAGES), language());
  }

  return { element, show };
}

function choose(select, options, value) {
  const key = JSON.stringify(options);
  if (select.dataset.options !== key) {
    fill(select, options.map(([each, label]) => h("option", { value: each, lang: each.startsWith("zh") ? "zh-CN" : null }, label)));
    select.dataset.options = key;
  }
  select.value = value ?? "";
}
