/**
 * Markdown as chat clients read it: from text to a tree of plain values. Makes no elements and knows no page, so that
 * it can be tried with hostile input anywhere.
 *
 * A node is `{kind, …}`; `children` holds nodes. Whatever is not understood stays text.
 */

import { DEEPEST, inline, matched } from "./markdown_inline.js";

const FENCE = /```(?:(?<language>[\w+#-]*)\n)?(?<code>[\s\S]*?)```/y;
const LINE = { heading: /^(#{1,3}) +(.+)$/, small: /^-# +(.+)$/, item: /^( *)(?:([-*])|(\d{1,9})\.) +(.+)$/ };

export function parse(source) {
  return blocks(String(source), 0);
}

/** The words without any markup, as a voice would read them. */
export function plain(nodes) {
  return nodes.map((node) => node.text ?? (node.kind === "break" ? "\n" : plain(node.children ?? []))).join("");
}

function blocks(source, depth) {
  const nodes = [];
  let rest = source;
  while (rest) {
    const fence = rest.indexOf("```");
    const found = fence < 0 ? null : matched(FENCE, rest, fence);
    if (!found || !found.groups.code) return nodes.concat(lines(rest, depth));
    nodes.push(...lines(rest.slice(0, fence).replace(/\n$/, ""), depth));
    nodes.push({ kind: "block-code", text: found.groups.code.replace(/\n$/, "") });
    rest = rest.slice(fence + found[0].length).replace(/^\n/, "");
  }
  return nodes;
}

function lines(source, depth) {
  if (!source) return [];
  const nodes = [];
  const all = source.split("\n");
  let paragraph = [];
  const close = () => {
    if (paragraph.length) nodes.push({ kind: "paragraph", children: joined(paragraph, depth) });
    paragraph = [];
  };
  for (let at = 0; at < all.length; at += 1) {
    const line = all[at];
    const quote = depth < DEEPEST ? quoted(all, at) : null;
    if (quote) {
      close();
      nodes.push({ kind: "quote", children: lines(quote.text, depth + 1) });
      at = quote.last;
    } else if (LINE.heading.test(line)) {
      close();
      const [, marks, words] = LINE.heading.exec(line);
      nodes.push({ kind: "heading", level: marks.length, children: inline(words, depth) });
    } else if (LINE.small.test(line)) {
      close();
      nodes.push({ kind: "small", children: inline(LINE.small.exec(line)[1], depth) });
    } else if (LINE.item.test(line)) {
      close();
      at = list(all, at, depth, nodes);
    } else {
      paragraph.push(line);
    }
  }
  close();
  return nodes;
}

/** `> ` quotes a line, `>>> ` all that follows. */
function quoted(all, at) {
  if (all[at].startsWith(">>> ")) {
    return { text: [all[at].slice(4), ...all.slice(at + 1)].join("\n"), last: all.length - 1 };
  }
  let last = at;
  while (last < all.length && all[last].startsWith("> ")) last += 1;
  return last === at ? null : { text: all.slice(at, last).map((line) => line.slice(2)).join("\n"), last: last - 1 };
}

function list(all, at, depth, nodes) {
  const first = LINE.item.exec(all[at]);
  const node = { kind: "list", ordered: first[3] !== undefined, start: Number(first[3] ?? 1), children: [] };
  let last = at;
  for (; last < all.length; last += 1) {
    const found = LINE.item.exec(all[last]);
    if (!found || (found[3] !== undefined) !== node.ordered) break;
    node.children.push({ kind: "item", deep: found[1].length > 1, children: inline(found[4], depth) });
  }
  nodes.push(node);
  return last - 1;
}

function joined(paragraph, depth) {
  return inline(paragraph.join("\n"), depth);
}
