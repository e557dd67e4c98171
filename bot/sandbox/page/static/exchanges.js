/**
 * “What happened”: the calls and events of a message, each with its status and its time; the bodies on demand.
 */

import { arrange, fill, h } from "./element.js";
import { Following } from "./following.js";
import { nameOf } from "./message.js";
import { t } from "./texts.js";
import { told } from "./times.js";

const NEAR_END = 60;

/** `onAll()`: tell of everything again. */
export function exchanges({ live, world }, onAll) {
  const lines = new Map();
  const heading = h("h2", { id: "exchanges-heading" });
  const about = h("p", { class: "small" });
  const all = h("button", { type: "button", class: "jump", hidden: true, on: { click: onAll } });
  const list = h("ol", { class: "exchanges" });
  const element = h("section", { class: "panel-part grows", "aria-labelledby": heading.id }, heading, about, all, list);
  const following = new Following(list, { nearEnd: NEAR_END });
  let message = null;
  let begun = 0;

  live.addEventListener("exchanges", ({ detail }) => {
    const numbers = new Set(detail.lines.map((line) => line.number));
    for (const number of lines.keys()) if (!numbers.has(number)) lines.delete(number);
    if (!lines.size) begun = detail.lines[0]?.at ?? 0;
    const moment = (line) => (message ? t("after-seconds", { count: Math.max(0, line.at - begun).toFixed(2) }) : clock(line.at));
    for (const line of detail.lines) if (!lines.has(line.number)) lines.set(line.number, lineOf(line, moment(line), live));
    arrange(list, detail.lines.map((line) => lines.get(line.number)));
    following.keep();
  });

  function speak() {
    heading.textContent = t("what-happened");
    all.textContent = t("show-all");
    const when = message && told(new Date(message.timestamp), "T");
    fill(about, message ? t("happened-to", { who: nameOf(message.author, world), when }) : t("happened-lately"));
    all.hidden = !message;
  }

  return {
    element,
    speak,
    about(each) {
      message = each;
      lines.clear();
      fill(list);
      following.follow();
      speak();
    },
  };
}

function lineOf(line, moment, live) {
  const isEvent = line.kind === "dispatch";
  const status = isEvent ? t("event") : line.status ? String(line.status) : t("cut");
  const bodies = h("pre", { tabindex: "0" }, "…");
  const details = h(
    "details",
    {},
    h(
      "summary",
      {},
      h("span", { class: "elapsed" }, moment),
      h("span", { class: isEvent ? "what event" : "what", title: line.what }, shortened(line.what)),
      h("span", { class: `status ${kindOf(line)}` }, status),
      h("span", { class: "took" }, isEvent ? "" : t("milliseconds", { count: line.milliseconds })),
    ),
    bodies,
  );
  details.addEventListener(
    "toggle",
    async () => {
      const reply = await live.ask("bodies", { exchange: String(line.number) });
      bodies.textContent = reply.bodies ? written(reply.bodies) : t("no-bodies");
    },
    { once: true },
  );
  return h("li", {}, details);
}

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB");
}

/** Ids are long and tell little; a path breaks behind its slashes. */
function shortened(what) {
  const parts = what.replace(/\d{15,}/g, "…").split(/(?<=\/)/);
  return parts.flatMap((part, index) => (index ? [h("wbr"), part] : [part]));
}

function kindOf(line) {
  if (line.kind === "dispatch") return "event";
  return line.status >= 200 && line.status < 300 ? "good" : "bad";
}

function written({ sent, files, answer }) {
  const parts = [];
  if (sent !== null) parts.push(`→ ${JSON.stringify(sent, null, 2)}`);
  if (files.length) parts.push(`→ ${files.join(", ")}`);
  if (answer !== null) parts.push(`← ${JSON.stringify(answer, null, 2)}`);
  return parts.join("\n\n") || t("no-bodies");
}
