/**
 * Where a person writes: words, files, or a `/command`.
 */

import { fill, h } from "./element.js";
import { CommandForm } from "./command_form.js";
import { fileChip, takeFiles, upload } from "./files.js";
import { Listbox } from "./listbox.js";
import { entries, item, matching } from "./picker.js";
import { refusalWords } from "./refusals.js";
import { barrier } from "./servers.js";
import { t } from "./texts.js";

const MOST_FILES = 10;

export class Composer {
  /** `page`: {live, world, conversation, openForm} */
  constructor(page) {
    this.page = page;
    this.form = null;
    this.files = [];
    this.input = h("textarea", { id: "composer-words", rows: "1", role: "combobox", "aria-autocomplete": "list", autocomplete: "off" });
    this.list = new Listbox(this.input, ({ entry }) => this.#choose(entry));
    this.chips = h("div", { class: "chips" });
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.file = h("input", { type: "file", class: "unseen", multiple: true, tabindex: "-1", "aria-hidden": "true" });
    this.attach = h("button", { type: "button", class: "quiet attach", on: { click: () => this.file.click() } }, "＋");
    this.go = h("button", { type: "button", class: "button primary send", on: { click: () => this.#submit() } });
    this.words = h("div", { class: "words-line" }, this.attach, this.file, this.input);
    this.box = h("div", { class: "composer-box" }, this.words);
    this.foot = h("p", { class: "composer-foot" });
    this.element = h("section", { class: "composer" }, this.list.element, this.chips, h("div", { class: "composer-row" }, this.box, this.go), this.problem, this.foot);
    this.#listen();
  }

  focus() {
    if (this.form) this.form.begin();
    else this.input.focus();
  }

  /** In another language, or with other commands. */
  speak() {
    const { channel } = this.page.world;
    this.element.setAttribute("aria-label", t("composer"));
    this.input.setAttribute("aria-label", t("message"));
    this.input.placeholder = t("placeholder");
    this.attach.setAttribute("aria-label", t("attach"));
    this.go.textContent = t("send");
    this.list.name(t("commands"));
    fill(this.foot, (channel && barrier(channel)) ?? t("composer-hint"));
  }

  /** There are other commands to choose from. */
  offer() {
    if (document.activeElement === this.input && this.input.value.startsWith("/")) this.#look();
  }

  /** In another place nothing half-typed goes along. */
  reset() {
    if (this.form || this.input.value || this.files.length) this.#close();
  }

  #listen() {
    this.input.addEventListener("input", () => this.#look());
    this.input.addEventListener("focus", () => this.input.value.startsWith("/") && this.#look());
    this.input.addEventListener("blur", () => this.list.hide());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.file.addEventListener("change", () => {
      this.#take([...this.file.files]);
      this.file.value = "";
    });
    takeFiles(this.element, (files) => this.#take(files));
  }

  #key(event) {
    if (event.isComposing || this.list.steer(event)) return;
    if (event.key === "Escape" && this.list.open) {
      event.preventDefault();
      this.list.hide();
    } else if (event.key === "Tab" && !event.shiftKey && this.list.highlighted) {
      event.preventDefault();
      this.list.pick();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (this.list.highlighted) this.list.pick();
      else this.#submit();
    }
  }

  #look() {
    this.#complain("");
    this.#grow();
    const typed = /^\/\S*(?: [^\s:]*)?$/.test(this.input.value) ? this.input.value.slice(1) : null;
    if (typed === null) {
      this.list.hide();
      return;
    }
    const all = entries(this.page.world.commands.slash);
    const exact = all.find((entry) => [`${entry.shown} `, `${entry.names} `].includes(typed) && !entry.refusal);
    if (exact) this.#choose(exact);
    else this.list.show(matching(all, typed).map(item), 0);
  }

  #choose(entry) {
    this.list.hide();
    this.input.value = "";
    this.#complain("");
    this.form = new CommandForm(entry, {
      world: this.page.world,
      live: this.page.live,
      submit: () => this.#submit(),
      cancel: () => this.#close({ back: true }),
    });
    fill(this.box, this.form.element);
    if (this.files.length && this.form.addFiles(this.files)) this.#setFiles([]);
    this.form.begin();
  }

  #close({ back = false } = {}) {
    this.form = null;
    this.input.value = "";
    this.#setFiles([]);
    this.#complain("");
    fill(this.box, this.words);
    this.list.hide();
    this.#grow();
    if (back) this.input.focus();
  }

  async #submit() {
    const reply = await (this.form ? this.#send(this.form) : this.#say());
    if (reply?.form) this.page.openForm(reply.form);
  }

  /** The box is free at once for what comes next; a refused command comes back to be corrected. */
  async #send(form) {
    this.#close({ back: true });
    this.page.conversation.follow();
    const reply = await this.#told(form.entry.shown, form.send());
    if (reply.refused) this.#reopen(form, reply.refused);
    return reply;
  }

  #reopen(form, refusal) {
    if (this.form) {
      this.#complain(refusalWords(refusal));
      return;
    }
    this.form = form;
    fill(this.box, form.element);
    form.refused(refusal);
  }

  async #say() {
    const [content, files] = [this.input.value.trim(), this.files];
    if (!content && !files.length) return null;
    this.#close({ back: true });
    this.page.conversation.follow();
    const reply = await (content.startsWith("/") ? this.#line(content) : this.#words(content, files));
    if (reply.refused || (reply.silent && !content.startsWith("/"))) {
      this.#complain(reply.refused ? refusalWords(reply.refused) : t("lost"));
      this.input.value ||= content;
      if (!this.files.length) this.#setFiles(files);
    }
    return reply;
  }

  async #words(content, files) {
    try {
      return await this.page.live.ask("say", { content, files: await Promise.all(files.map(upload)) });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { refused: { reason: error.message, option: null } };
    }
  }

  /** A whole line, as in a terminal: `/txt2img prompt:a red fox`. */
  #line(line) {
    return this.#told(line.slice(1).split(" ")[0], this.page.live.ask("slash", { line, options: {} }));
  }

  /** The conversation tells while a command is on its way, and when nothing came of it. */
  async #told(name, asked) {
    const done = this.page.conversation.sending(name);
    const reply = await asked;
    done(reply);
    return reply;
  }

  #take(files) {
    if (this.form) this.form.addFiles(files);
    else this.#setFiles([...this.files, ...files].slice(0, MOST_FILES));
  }

  #setFiles(files) {
    this.files = files;
    fill(this.chips, files.map((file) => fileChip(file, () => this.#setFiles(this.files.filter((each) => each !== file)))));
  }

  #complain(words) {
    fill(this.problem, words);
    this.problem.hidden = !words;
  }

  #grow() {
    this.input.style.setProperty("height", "auto");
    this.input.style.setProperty("height", `${this.input.scrollHeight}px`);
  }
}
