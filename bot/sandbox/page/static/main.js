/**
 * Puts the page together: who listens to whom, and nothing else.
 */

import { announcer } from "./announcer.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { drawer } from "./drawer.js";
import { fill, h } from "./element.js";
import { Live } from "./live.js";
import { openForm } from "./modal.js";
import { Panel } from "./panel.js";
import { persons } from "./persons.js";
import { barrier, placeName, servers } from "./servers.js";
import { closest, language, speak, t } from "./texts.js";
import { World } from "./world.js";

const WIDE = matchMedia("(min-width: 1080px)");

// Of this window alone: another window is another person.
const memory = sessionStorage;
speak(memory.getItem("language") ?? closest(navigator.language));

const world = new World();
const live = new Live(() => ({ person: memory.getItem("person"), locale: language() }));
const page = { live, world, names: world, jump, openForm: (form) => openForm(form, page), watch, opened };
const conversation = new Conversation(page);
page.conversation = conversation;
const composer = new Composer(page);
const panel = new Panel(page);
const places = servers(world, (channel) => open(channel.id));
const people = persons(world, { onBe: be, onSpeak: speakNow, onInstall: (on) => live.ask("install", { on }) });

const heading = h("h1", {});
const topic = h("p", { class: "topic" });
const menuButton = h("button", { type: "button", class: "quiet toggle-places", "aria-controls": "sidebar", "aria-expanded": "false", on: { click: () => (placesDrawer.open ? placesDrawer.hide() : openDrawer(placesDrawer)) } }, "☰");
const panelButton = h("button", { type: "button", class: "quiet toggle-panel", "aria-controls": "panel", on: { click: () => togglePanel() } }, "◧");
const closePanel = h("button", { type: "button", class: "quiet close-panel", on: { click: () => panelDrawer.hide() } }, "×");
const notice = h("p", { class: "notice", role: "alert", hidden: true });
const skip = h("a", { class: "skip", href: "#composer-words", on: { click: (event) => (event.preventDefault(), composer.focus()) } });
const brand = h("p", { class: "brand" }, h("span", { class: "brand-mark", "aria-hidden": "true" }), h("span", {}, "Comfycord"), h("span", { class: "brand-small" }));
const sidebar = h("div", { class: "sidebar", id: "sidebar" }, brand, places.element, people.element);
const scrim = h("div", { class: "scrim", on: { click: closeDrawers } });
const placesDrawer = drawer("places", { element: sidebar, button: menuButton, onShow: (isOpen) => document.body.classList.toggle("with-places", isOpen) });
const panelDrawer = drawer("panel", { element: panel.element, button: panelButton, onShow: showPanel });
let wanted = null;

document.body.append(
  skip,
  sidebar,
  scrim,
  h("main", {}, h("header", { class: "place" }, menuButton, h("div", { class: "place-name" }, heading, topic), panelButton), notice, conversation.element, composer.element),
  panel.element,
  announcer(),
);
panel.element.prepend(closePanel);

function words() {
  document.title = t("title");
  skip.textContent = t("skip");
  brand.lastElementChild.textContent = t("sandbox");
  menuButton.setAttribute("aria-label", t("places"));
  panelButton.setAttribute("aria-label", t("panel"));
  panelButton.title = t("panel");
  closePanel.setAttribute("aria-label", t("close"));
  fill(notice, t("lost"));
  conversation.speak();
  panel.speak();
  show();
}

function show() {
  places.show();
  people.show();
  composer.speak();
  const { channel, server } = world;
  if (!channel) return;
  fill(heading, placeName(channel, world));
  const facts = [server?.name ?? t("direct-messages"), channel.age_restricted ? t("age-restricted") : null, barrier(channel)];
  fill(topic, facts.filter(Boolean).join(" · "));
}

function open(id) {
  placesDrawer.hide();
  if (id === world.channelId) return;
  live.ask("open", { channel: id });
}

/** A conversation was begun: this place is open now. */
function opened() {
  if (wanted && conversation.reveal(wanted)) wanted = null;
}

function jump(channel, message) {
  if (message && channel === world.channelId && conversation.reveal(message)) return;
  wanted = message;
  open(channel);
}

function be(name) {
  memory.setItem("person", name);
  live.ask("be", { person: name });
  placesDrawer.hide();
}

function speakNow(locale) {
  memory.setItem("language", speak(locale));
  live.ask("speak", { locale: language() });
  words();
  composer.reset();
}

function watch(message) {
  panel.watch(message);
  if (WIDE.matches) showPanel(true);
  else openDrawer(panelDrawer);
}

/** Where there is room it is a column, else a drawer over the page. */
function togglePanel() {
  if (WIDE.matches) showPanel(!panel.open);
  else if (panelDrawer.open) panelDrawer.hide();
  else openDrawer(panelDrawer);
}

function showPanel(isOpen) {
  panel.show(isOpen);
  panelButton.setAttribute("aria-expanded", String(isOpen));
  document.body.classList.toggle("with-panel", isOpen);
}

function openDrawer(wanted) {
  for (const each of [placesDrawer, panelDrawer]) if (each !== wanted) each.hide();
  wanted.show();
}

function closeDrawers() {
  for (const each of [placesDrawer, panelDrawer]) each.hide();
}

live.addEventListener("connected", () => {
  notice.hidden = true;
  const place = memory.getItem("channel");
  if (place) live.ask("open", { channel: place });
});
live.addEventListener("lost", () => (notice.hidden = false));
live.addEventListener("places", ({ detail }) => {
  const names = JSON.stringify([world.places.persons, world.places.bot]);
  world.places = detail;
  memory.setItem("person", detail.you.name);
  if (JSON.stringify([detail.persons, detail.bot]) !== names) conversation.speak();
  show();
});
live.addEventListener("commands", ({ detail }) => {
  world.commands = detail;
  composer.offer();
});
live.addEventListener("conversation", ({ detail }) => {
  // what was typed before the first place was known belongs there
  if (world.channelId && world.channelId !== detail.channel) composer.reset();
  world.channelId = detail.channel;
  memory.setItem("channel", detail.channel);
  show();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) closeDrawers();
});
WIDE.addEventListener("change", () => {
  closeDrawers();
  showPanel(WIDE.matches);
});

words();
showPanel(WIDE.matches);
live.connect();
composer.focus();
