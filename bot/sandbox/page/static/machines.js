/**
 * The jobs of the ComfyUI stand-in: where each stands, and how far the running one is.
 */

import { fill, h } from "./element.js";
import { t } from "./texts.js";

export function machines({ live }) {
  const heading = h("h2", { id: "machines-heading" }, "ComfyUI");
  const about = h("p", { class: "small" });
  const list = h("ol", { class: "jobs" });
  const element = h("section", { class: "panel-part", "aria-labelledby": heading.id }, heading, about, list);
  let state = null;

  function speak() {
    if (!state) return;
    if (state.stand_in) fill(about, state.alive ? t("stand-in-at", { url: state.url }) : t("stand-in-away"));
    else fill(about, t("own-comfyui", { url: state.url }));
    fill(list, state.jobs.map(line));
    list.hidden = !state.jobs.length;
  }

  live.addEventListener("machines", ({ detail }) => {
    state = detail;
    speak();
  });
  return { element, speak };
}

function line(job) {
  const words = job.state === "waiting" ? t("job-waiting", { place: job.place }) : t(`job-${job.state}`);
  return h(
    "li",
    { class: `job ${job.state}` },
    h("span", { class: "job-title", title: job.id }, job.title || job.id.slice(0, 8)),
    h("span", { class: "job-state" }, words),
    job.node ? node(job.node) : null,
  );
}

function node({ title, step, steps }) {
  const words = steps ? `${title} · ${t("job-step", { step, steps })}` : title;
  return [h("span", { class: "job-node" }, words), steps ? h("progress", { max: steps, value: step, "aria-label": words }) : null];
}
