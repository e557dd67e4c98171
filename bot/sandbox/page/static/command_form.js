/**
 * A command on its way: its options as fields, and the list of those that may still be added.
 */

import { fill, h } from "./element.js";
import { uploaded } from "./files.js";
import { Listbox } from "./listbox.js";
import { hint, OPTION, optionControl } from "./options.js";
import { reasonWords } from "./refusals.js";
import { localised, t } from "./texts.js";

export class CommandForm {
  /** `page`: {world, live, submit(), cancel()} */
  constructor(entry, page) {
    this.entry = entry;
    this.page = page;
    this.controls = [];
    this.hint = h("p", { class: "hint", "aria-live": "polite" });
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.fields = h("div", { class: "fields" });
    this.adder = this.#makeAdder();
    this.element = h(
      "div",
      { class: "command-form", role: "group", "aria-label": `/${entry.shown}` },
      this.hint,
      h(
        "div",
        { class: "command-line" },
        h("span", { class: "command-name" }, `/${entry.shown}`),
        this.fields,
        this.adder.element,
      ),
      this.problem,
    );
    this.element.addEventListener("focusin", (event) => this.#explain(event.target));
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      page.cancel();
    });
    for (const option of entry.options.filter((each) => each.required)) this.#add(option);
    this.#explain(null);
  }

  begin() {
    (this.controls[0] ?? this.adder).focus();
  }

  /** A file that was dropped anywhere: the first option that takes one and has none. */
  addFiles(files) {
    const empty = this.controls.find((control) => control.addFiles && !control.value);
    const left = this.#left().find((option) => option.type === OPTION.ATTACHMENT);
    const control = empty ?? (left ? this.#add(left) : this.controls.findLast((each) => each.addFiles));
    control?.addFiles(files.slice(0, 1));
    return Boolean(control);
  }

  /** Resolves to the reply; a file that could not be brought over is a refusal, too. */
  async send() {
    for (const control of this.controls) control.refuse("");
    this.#complain("");
    try {
      const options = await uploaded(this.#values());
      return await this.page.live.ask("slash", { line: this.entry.line, options });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { refused: { reason: error.message, option: null } };
    }
  }

  /** Say why, next to the field that is to be corrected. */
  refused({ reason, option }) {
    const wanted = this.entry.options.find((each) => each.name === option);
    if (!wanted) {
      this.#complain(reasonWords(reason));
      this.begin();
      return;
    }
    const control = this.controls.find((each) => each.option === wanted) ?? this.#add(wanted);
    control.refuse(reasonWords(reason));
    control.focus();
  }

  /** Empty fields are left out, so that a required one is told to be missing. */
  #values({ withFiles = true } = {}) {
    const given = this.controls.filter(({ value }) => value !== null && value !== "" && (withFiles || !(value instanceof File)));
    return Object.fromEntries(given.map((control) => [control.option.name, control.value]));
  }

  #complain(words) {
    fill(this.problem, words);
    this.problem.hidden = !words;
  }

  #left() {
    const there = new Set(this.controls.map((control) => control.option));
    return this.entry.options.filter((option) => !there.has(option));
  }

  #add(option) {
    const control = optionControl(option, {
      world: this.page.world,
      suggest: (...asked) => this.#suggest(...asked),
      send: () => this.page.submit(),
      remove: (each) => this.#remove(each),
      changed: () => control.refuse(""),
    });
    this.controls.push(control);
    this.fields.append(control.element);
    this.adder.refresh();
    return control;
  }

  #remove(option) {
    const at = this.controls.findIndex((control) => control.option === option);
    const [control] = this.controls.splice(at, 1);
    control.element.remove();
    this.adder.refresh();
    (this.controls.at(-1) ?? this.adder).focus();
  }

  async #suggest(option, typed) {
    const { live } = this.page;
    const others = this.#values({ withFiles: false });
    delete others[option.name];
    const reply = await live.ask("autocomplete", { line: this.entry.line, option: option.name, typed, options: others });
    const items = (reply.choices ?? []).map((choice) => ({ key: choice.value, label: choice.name }));
    this.#complain(reply.silent ? t("no-suggestions") : "");
    return items;
  }

  #explain(target) {
    const name = target?.closest?.("[data-option]")?.dataset.option;
    const option = this.entry.options.find((each) => each.name === name);
    fill(this.hint, option ? [h("strong", {}, localised(option, "name")), ` – ${hint(option)}`] : this.entry.description);
  }

  #makeAdder() {
    const input = h("input", { type: "text", class: "adder", role: "combobox", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false" });
    const list = new Listbox(input, (item) => {
      input.value = "";
      list.hide();
      this.#add(item.option).focus();
    });
    const look = () => {
      const typed = input.value.trim().toLowerCase();
      const items = this.#left()
        .map((option) => ({ key: option.name, label: localised(option, "name"), note: localised(option, "description"), option }))
        .filter((each) => each.label.toLowerCase().includes(typed) || each.key.includes(typed));
      list.show(items, typed ? 0 : -1);
    };
    const refresh = () => {
      const count = this.#left().length;
      element.hidden = count === 0;
      const words = t("add-option", { count });
      input.placeholder = words;
      input.setAttribute("aria-label", words);
      list.name(words);
    };
    input.addEventListener("focus", look);
    input.addEventListener("click", look);
    input.addEventListener("input", look);
    input.addEventListener("blur", () => list.hide());
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || list.steer(event)) return;
      if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey && list.highlighted)) {
        event.preventDefault();
        if (!list.pick() && event.key === "Enter" && !input.value) this.page.submit();
      } else if (event.key === "Escape" && list.open) {
        event.stopPropagation();
        list.hide();
      } else if (event.key === "Backspace" && !input.value && this.controls.length) {
        this.controls.at(-1).focus();
      }
    });
    const element = h("div", { class: "control" }, input, list.element);
    return { element, refresh, focus: () => input.focus() };
  }
}
