/**
 * Files of a message: pictures open large, film and sound play, the rest can be saved. Only what the sandbox itself
 * holds is loaded; what lies elsewhere on the web stays a link.
 */

import { present } from "./dialog.js";
import { attribute, fill, h } from "./element.js";
import { t } from "./texts.js";

const UNITS = ["B", "kB", "MB", "GB"];

/** `file`: {url, content_type, width, height, description, filename?, size?, spoiler?} */
export function medium(file) {
  const family = (file.content_type ?? "").split("/")[0];
  const shown = file.spoiler ? (element) => covered(element) : (element) => element;
  if (!isOurs(file.url)) return elsewhere(file);
  if (family === "image") return shown(picture(file));
  if (family === "video") return shown(film(file));
  if (family === "audio") return shown(sound(file));
  return saving(file);
}

/** Point a picture at a newer version of itself: the old one stays until the new one is there. */
export function renew(element, file) {
  const image = element.querySelector?.("img");
  if (!image || !isOurs(file.url) || !(file.content_type ?? "").startsWith("image/") || file.spoiler) return false;
  describe(image, file);
  element.onclick = () => enlarge(file);
  return true;
}

export function size(bytes) {
  let [amount, unit] = [bytes, 0];
  while (amount >= 1000 && unit < UNITS.length - 1) [amount, unit] = [amount / 1000, unit + 1];
  return `${amount.toFixed(unit && amount < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

export function isOurs(address) {
  return URL.canParse(address) && new URL(address).origin === location.origin;
}

export function thumbnail(file) {
  return isOurs(file.url) ? medium(file) : elsewhere(file);
}

function describe(image, file) {
  attribute(image, "src", file.url);
  for (const side of ["width", "height"]) attribute(image, side, file[side]);
  image.alt = file.description ?? file.filename ?? "";
}

function picture(file) {
  const image = h("img", { loading: "eager", decoding: "async" });
  describe(image, file);
  const label = [t("enlarge"), file.description ?? file.filename].filter(Boolean).join(": ");
  const button = h("button", { type: "button", class: "picture", "aria-label": label }, image);
  button.onclick = () => enlarge(file);
  return button;
}

function film(file) {
  return h("video", {
    class: "film",
    controls: true,
    preload: "metadata",
    src: file.url,
    width: file.width,
    height: file.height,
    "aria-label": file.description ?? file.filename ?? t("video"),
  });
}

function sound(file) {
  const name = file.filename ?? file.description ?? t("audio");
  const player = h("audio", { controls: true, preload: "metadata", src: file.url, "aria-label": name });
  return h("div", { class: "sound" }, h("span", { class: "file-name" }, name), player);
}

function saving(file) {
  const name = file.filename ?? file.url.split("/").pop();
  return h(
    "a",
    { class: "file", href: file.url, download: name },
    h("span", { class: "file-mark", "aria-hidden": "true" }, "⤓"),
    h("span", { class: "file-name" }, name),
    file.size === undefined || file.size === null ? null : h("span", { class: "note" }, size(file.size)),
  );
}

function elsewhere(file) {
  const followable = URL.canParse(file.url) && /^https?:$/.test(new URL(file.url).protocol);
  const words = t("elsewhere", { host: followable ? new URL(file.url).host : file.url });
  if (!followable) return h("span", { class: "file" }, words);
  return h("a", { class: "file", href: file.url, target: "_blank", rel: "noopener noreferrer" }, words);
}

function covered(element) {
  const cover = h("div", { class: "cover" });
  const reveal = () => fill(cover, element);
  fill(cover, h("button", { type: "button", class: "quiet", on: { click: reveal } }, t("spoiler")));
  return cover;
}

function enlarge(file) {
  const close = () => dialog.close();
  const image = h("img", { src: file.url, alt: file.description ?? file.filename ?? "" });
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": file.description ?? file.filename ?? t("picture"), on: { click: close } },
    image,
    h(
      "p",
      { class: "lightbox-foot" },
      h("a", { href: file.url, download: file.filename ?? file.url.split("/").pop() }, t("save")),
      h("button", { type: "button", class: "quiet", on: { click: close } }, t("close")),
    ),
  );
  present(dialog, { again: true });
}
