/**
 * The list of places: servers with their channels, and the direct messages with the bot.
 */

import { fill, h } from "./element.js";
import { language, t } from "./texts.js";

const THREAD = 11;
const DIRECT = 1;
const GROUP = 3;

/** `onOpen(channel)` */
export function servers(world, onOpen) {
  const element = h("nav", { class: "places", id: "places" });
  const seen = new Map();
  let shown = "";

  function show() {
    element.setAttribute("aria-label", t("places"));
    const open = world.channel;
    if (open) seen.set(open.id, open.latest);
    for (const channel of world.channels) if (!seen.has(channel.id)) seen.set(channel.id, channel.latest);
    const looks = JSON.stringify([world.places, world.channelId, [...seen], language()]);
    if (looks === shown) return;
    shown = looks;
    const lists = world.places.servers.map((server) => group(server.name, ordered(server.channels)));
    const direct = world.places.direct ? [group(t("direct-messages"), [world.places.direct, ...world.places.groups])] : [];
    const focused = document.activeElement?.closest?.(".places [data-channel]")?.dataset.channel;
    fill(element, lists, direct);
    if (focused) element.querySelector(`[data-channel="${focused}"]`)?.focus();
  }

  function group(name, channels) {
    return h("section", { class: "server" }, h("h2", {}, name), h("ul", {}, channels.map(line)));
  }

  function line(channel) {
    const isNew = channel.id !== world.channelId && channel.latest !== seen.get(channel.id);
    const marks = [
      channel.age_restricted ? h("span", { class: "tag adult", title: t("age-restricted") }, "18+", h("span", { class: "unseen" }, t("age-restricted"))) : null,
      barred(channel),
      isNew ? h("span", { class: "new", title: t("unread") }, h("span", { class: "unseen" }, t("unread"))) : null,
    ];
    const button = h(
      "button",
      {
        type: "button",
        "data-channel": channel.id,
        class: channel.type === THREAD ? "channel thread" : "channel",
        "aria-current": channel.id === world.channelId ? "page" : null,
        on: { click: () => onOpen(channel) },
      },
      h("span", { class: "sign", "aria-hidden": "true" }, signOf(channel)),
      h("span", { class: "channel-name" }, placeName(channel, world)),
      marks,
    );
    return h("li", {}, button);
  }

  return { element, show };
}

function barred(channel) {
  const words = barrier(channel);
  return words && h("span", { class: "tag", title: words }, channel.bot_is_member ? t("mute") : t("guest"), h("span", { class: "unseen" }, words));
}

/** Why the bot cannot post there; null: it can. */
export function barrier(channel) {
  if (!channel.bot_is_member) return t("bot-is-guest");
  return channel.bot_may_post ? null : t("bot-may-not-post");
}

export function placeName(channel, world) {
  return channel.type === DIRECT ? (world.places.bot?.display ?? "") : channel.name;
}

function signOf(channel) {
  return { [DIRECT]: "✉", [GROUP]: "✉", [THREAD]: "↳" }[channel.type] ?? "#";
}

/** A thread follows the channel that it belongs to. */
function ordered(channels) {
  const roots = channels.filter((channel) => !channel.parent);
  return roots.flatMap((root) => [root, ...channels.filter((channel) => channel.parent === root.id)]);
}
