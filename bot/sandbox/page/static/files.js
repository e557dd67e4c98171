/**
 * Files of the person: chosen, dropped or pasted, and brought to the sandbox before they are used.
 */

import { h } from "./element.js";
import { size } from "./media.js";
import { t } from "./texts.js";

const MOST_BYTES = 64 * 1024 * 1024;

/** Bring a file over; the returned value stands for it in a request. */
export async function upload(file) {
  if (file.size > MOST_BYTES) throw new RangeError(t("file-too-large", { most: size(MOST_BYTES) }));
  const address = new URL("uploads", document.baseURI);
  address.searchParams.set("name", file.name);
  const answer = await fetch(address, { method: "POST", body: file });
  if (!answer.ok) throw new RangeError(t("file-not-taken", { status: answer.status }));
  return answer.json();
}

/** Replace every file in these values by what stands for it. */
export async function uploaded(values) {
  const entries = Object.entries(values).map(async ([name, value]) => [name, await carried(value)]);
  return Object.fromEntries(await Promise.all(entries));
}

export async function carried(value) {
  if (value instanceof File) return upload(value);
  if (Array.isArray(value)) return Promise.all(value.map(carried));
  return value;
}

export function filesOf(event) {
  return [...((event.dataTransfer ?? event.clipboardData)?.files ?? [])];
}

/** Let files be dropped and pasted on `element`. */
export function takeFiles(element, onFiles) {
  const over = (event) => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    element.classList.add("dropping");
  };
  const leave = () => element.classList.remove("dropping");
  element.addEventListener("dragenter", over);
  element.addEventListener("dragover", over);
  element.addEventListener("dragleave", (event) => !element.contains(event.relatedTarget) && leave());
  for (const kind of ["drop", "paste"]) {
    element.addEventListener(kind, (event) => {
      const files = filesOf(event);
      if (!files.length) return;
      event.preventDefault();
      event.stopPropagation();
      leave();
      onFiles(files);
    });
  }
}

/** What was chosen, with a way to take it back. */
export function fileChip(file, onRemove) {
  const address = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
  const remove = () => {
    if (address) URL.revokeObjectURL(address);
    onRemove();
  };
  return h(
    "span",
    { class: "chip" },
    address ? h("img", { src: address, alt: "" }) : null,
    h("span", { class: "file-name" }, file.name),
    h("span", { class: "note" }, size(file.size)),
    h("button", { type: "button", class: "quiet", "aria-label": t("remove", { name: file.name }), on: { click: remove } }, "×"),
  );
}

/** A control that holds files. `onChange(files)`; `most`: how many. */
export function filePicker({ id, label, accept, most = 1, onChange, describedBy }) {
  let files = [];
  const input = h("input", { type: "file", id, class: "unseen", multiple: most > 1, accept, tabindex: "-1", "aria-hidden": "true" });
  const open = h("button", { type: "button", class: "quiet", "aria-label": `${label}: ${t("choose-file")}`, "aria-describedby": describedBy }, t("choose-file"));
  const chips = h("span", { class: "chips" });
  const hint = h("span", { class: "note drop-hint" }, t("drop-hint"));
  const element = h("div", { class: "file-picker" }, open, input, hint, chips);
  open.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });

  function add(more) {
    files = [...files, ...more].slice(-most);
    show();
  }

  function show() {
    chips.replaceChildren(...files.map((file) => fileChip(file, () => remove(file))));
    hint.hidden = files.length > 0;
    onChange(files);
  }

  function remove(file) {
    files = files.filter((each) => each !== file);
    show();
    open.focus();
  }

  takeFiles(element, add);
  return { element, add, focus: () => open.focus(), input };
}
