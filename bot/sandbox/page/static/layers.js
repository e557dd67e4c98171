/**
 * What lies over the page: drawers, pictures shown large, forms. The browser's Back closes the uppermost, its Forward
 * opens a drawer or a picture again; Esc and the layer's own ways out take its entry out of the history.
 */

const MOST_KNOWN = 20;

const open = [];
const known = new Map();
/** Going back is told later: what is to be written into the history waits for it. */
let settled = Promise.resolve();
let leaving = null;

/** `layer`: {id, show(), hide()}; `show` is missing where it cannot be opened again. */
export function opened(layer) {
  if (layer.show) known.set(layer.id, layer);
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value);
  if (open.includes(layer)) return;
  open.push(layer);
  later(() => history.pushState({ layers: ids() }, ""));
}

/** It was closed by itself; what lies over it goes along. */
export function closed(layer) {
  const at = open.indexOf(layer);
  if (at < 0) return;
  const gone = open.splice(at);
  for (const each of gone.slice(1).reverse()) each.hide();
  later(() => back(gone.length));
}

export function uppermost() {
  return open.at(-1) ?? null;
}

function ids() {
  return open.map((layer) => layer.id);
}

function later(act) {
  settled = settled.then(act);
}

function back(count) {
  return new Promise((resolve) => {
    leaving = resolve;
    history.go(-count);
  });
}

addEventListener("popstate", ({ state }) => {
  if (leaving) {
    leaving();
    leaving = null;
    return;
  }
  const wanted = state?.layers ?? [];
  while (open.length && !open.every((layer, index) => wanted[index] === layer.id)) open.pop().hide();
  for (const id of wanted.slice(open.length)) {
    const layer = known.get(id);
    if (!layer) return;
    open.push(layer);
    layer.show();
  }
});

// Of an earlier life of this page nothing lies open.
if (history.state?.layers?.length) history.replaceState({ layers: [] }, "");
