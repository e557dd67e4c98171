/**
 * “What happened”: the calls and events of a message, each with its status and its time; the bodies on demand.
 */

import { arrange, fill, h } from "./element.js";
import { nameOf } from "./message.js";
import { t } from "./texts.js";
import { told } from "./times.js";

/** `onAll()`: tell of everything again. */
export function exchanges({ live, world }, onAll) {
  const lines = new Map();
  const heading = h("h2", { id: "exchanges-heading" });
  const about = h("p", { class: "small" });
  const all = h("button", { type: "button", class: "jump", hidden: true, on: { click: onAll } });
  const list = h("ol", { class: "exchanges" });
  const element = h("section", { class: "panel-part grows", "aria-labelledby": heading.id }, heading, about, all, list);
  let message = null;
  let begun = 0;

  live.addEventListener("exchanges", ({ detail }) => {
    const numbers = new Set(detail.lines.map((line) => line.number));
    for (const number of lines.keys()) if (!numbers.has(number)) lines.delete(number);
    if (!lines.size) begun = detail.lines[0]?.at ?? 0;
    const moment = (line) => (message ? `+${Math.max(0, line.at - begun).toFixed(2)} s` : clock(line.at));
    for (const line of detail.lines) if (!lines.has(line.number)) lines.set(line.number, lineOf(line, moment(line), live));
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    arrange(list, detail.lines.map((line) => lines.get(line.number)));
    if (atEnd) list.scrollTop = list.scrollHeight;
  });

  function speak() {
    heading.textContent = t("what-happened");
    all.textContent = t("show-all");
    about.textContent = message
      ? t("happened-to", { who: nameOf(message.author, world), when: told(new Date(message.timestamp), "T") })
      : t("happened-lately");
    all.hidden = !message;
  }

  return {
    element,
    speak,
    about(each) {
      message = each;
      lines.clear();
      fill(list);
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
      h("span", { class: "took" }, isEvent ? "" : `${line.milliseconds} ms`),
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

/** Ids are long and tell little. */
function shortened(what) {
  return what.replace(/\d{15,}/g, "…");
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
