/**
 * The form that the bot opened: filled in and submitted, or left.
 */

import { present } from "./dialog.js";
import { fill, h } from "./element.js";
import { formFields } from "./fields.js";
import { carried } from "./files.js";
import { reasonWords, refusalWords } from "./refusals.js";
import { t } from "./texts.js";

/** `page`: {live, world, names, jump} */
export function openForm({ id, modal }, page) {
  const fields = formFields(modal.components, { world: page.world, names: page.names, jump: page.jump });
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const submit = h("button", { type: "submit", class: "button primary" }, t("submit"));
  const cancel = h("button", { type: "button", class: "button secondary", on: { click: () => dialog.close() } }, t("cancel"));
  const heading = h("h2", { id: `form-${id}` }, modal.title);
  const form = h("form", { novalidate: true }, heading, h("div", { class: "form-fields" }, fields.map((field) => field.element)), problem, h("div", { class: "row end" }, cancel, submit));
  const dialog = h("dialog", { class: "form", "aria-labelledby": heading.id }, form);

  let busy = false;

  const complain = (words) => {
    fill(problem, words);
    problem.hidden = !words;
    if (words) problem.scrollIntoView({ block: "nearest" });
  };

  async function send() {
    const named = fields.filter((field) => field.name);
    for (const field of named) field.refuse("");
    complain("");
    const values = await Promise.all(named.map(async (field) => [field.name, await carried(field.value)]));
    const given = Object.fromEntries(values.filter(([, value]) => value !== null));
    const reply = await page.live.ask("submit", { form: id, fields: given });
    if (reply.refused) refused(reply.refused, named);
    else if (reply.silent) complain(t("form-failed"));
    else dialog.close();
  }

  function refused(refusal, named) {
    const field = named.find((each) => [each.name, each.label].includes(refusal.option));
    if (!field) {
      complain(refusalWords(refusal));
      return;
    }
    field.refuse(reasonWords(refusal.reason));
    field.focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    submit.setAttribute("aria-busy", "true");
    try {
      await send();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      complain(error.message);
    } finally {
      busy = false;
      submit.removeAttribute("aria-busy");
    }
  });
  present(dialog);
  fields.find((field) => field.name)?.focus();
}
