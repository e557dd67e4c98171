/**
 * Markdown as chat clients read it: from text to a tree of plain values. Makes no elements and knows no page, so that
 * it can be tried with hostile input anywhere.
 *
 * A node is `{kind, …}`; `children` holds nodes. Whatever is not understood stays text.
 */

const DEEPEST = 12;
const ADDRESS = /https?:\/\/[^\s<>"'`|\\]+/y;
const MENTION = /<(?:@!?(?<user>\d{1,20})|@&(?<role>\d{1,20})|#(?<channel>\d{1,20}))>/y;
const MOMENT = /<t:(?<seconds>-?\d{1,13})(?::(?<style>[tTdDfFR]))?>/y;
const EMOJI = /<a?:(?<name>\w{1,32}):\d{1,20}>/y;
const BRACKETED = /<(?<address>https?:\/\/[^\s<>]+)>/y;
const EVERYONE = /@(?:everyone|here)\b/y;
const FENCE = /```(?:(?<language>[\w+#-]*)\n)?(?<code>[\s\S]*?)```/y;
const LINE = { heading: /^(#{1,3}) +(.+)$/, small: /^-# +(.+)$/, item: /^( *)(?:([-*])|(\d{1,9})\.) +(.+)$/ };
/** Longer marks first: `**` is no two `*`. */
const PAIRS = [
  ["***", "bold-italic"],
  ["**", "bold"],
  ["__", "underline"],
  ["~~", "strike"],
  ["||", "spoiler"],
  ["*", "italic"],
  ["_", "italic"],
];

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

/** What stands within a line. `hopeless` holds the marks that are known not to close again: no text takes long. */
function inline(source, depth, hopeless = new Set()) {
  const nodes = [];
  let words = "";
  const say = (text) => (words += text);
  const add = (node) => {
    if (words) nodes.push({ kind: "text", text: words });
    words = "";
    nodes.push(node);
  };
  for (let at = 0; at < source.length; ) {
    const found = special(source, at, depth, hopeless);
    if (!found) {
      say(source[at]);
      at += 1;
    } else {
      if (found.node.kind === "text") say(found.node.text);
      else add(found.node);
      at = found.end;
    }
  }
  if (words) nodes.push({ kind: "text", text: words });
  return nodes;
}

function special(source, at, depth, hopeless) {
  switch (source[at]) {
    case "\\":
      return escaped(source, at);
    case "\n":
      return { node: { kind: "break" }, end: at + 1 };
    case "`":
      return code(source, at);
    case "<":
      return angled(source, at);
    case "[":
      return link(source, at, depth);
    case "@":
      return fixed(EVERYONE, source, at, (found) => ({ kind: "mention", of: "everyone", text: found[0] }));
    case "h":
      return fixed(ADDRESS, source, at, (found) => bare(trimmed(found[0])));
    case "*":
    case "_":
    case "~":
    case "|":
      return depth < DEEPEST ? paired(source, at, depth, hopeless) : null;
    default:
      return null;
  }
}

function escaped(source, at) {
  const next = source[at + 1] ?? "";
  return /[^\s\w]/.test(next) ? { node: { kind: "text", text: next }, end: at + 2 } : null;
}

function code(source, at) {
  const marks = /`+/y;
  marks.lastIndex = at;
  const [mark] = marks.exec(source);
  let close = source.indexOf(mark, at + mark.length);
  while (close >= 0 && source[close + mark.length] === "`") close = source.indexOf(mark, close + mark.length + 1);
  const text = close < 0 ? "" : source.slice(at + mark.length, close);
  // Marks that do not close are text, all of them at once.
  if (!text) return { node: { kind: "text", text: mark }, end: at + mark.length };
  return { node: { kind: "code", text: text.trim() || text }, end: close + mark.length };
}

function angled(source, at) {
  return (
    fixed(MENTION, source, at, ({ groups }) => mention(groups)) ??
    fixed(MOMENT, source, at, ({ groups }) => moment(groups)) ??
    fixed(EMOJI, source, at, ({ groups }) => ({ kind: "emoji", text: `:${groups.name}:` })) ??
    fixed(BRACKETED, source, at, ({ groups }) => bare(groups.address))
  );
}

function mention({ user, role, channel }) {
  if (user) return { kind: "mention", of: "user", id: user };
  return role ? { kind: "mention", of: "role", id: role } : { kind: "mention", of: "channel", id: channel };
}

function moment({ seconds, style }) {
  return { kind: "moment", seconds: Number(seconds), style: style ?? "f" };
}

/** `[words](https://…)`: anything but a web address leaves it text. */
function link(source, at, depth) {
  const close = unescaped(source, "](", at + 1);
  if (close < 0 || depth >= DEEPEST) return null;
  const target = /\]\(<?(https?:\/\/[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)>?\)/y;
  const found = matched(target, source, close);
  const words = source.slice(at + 1, close);
  if (!found || !words.trim() || words.includes("\n\n") || !isAddress(found[1])) return null;
  // A link in a link's words would be a link that says it leads elsewhere.
  const children = inline(words, DEEPEST).map((node) => (node.kind === "link" ? { kind: "text", text: node.shown } : node));
  return { node: { kind: "link", address: found[1], shown: words, children }, end: close + found[0].length };
}

function bare(address) {
  if (!isAddress(address)) return null;
  return { kind: "link", address, shown: address, children: [{ kind: "text", text: address }] };
}

/** Without the full stop, or the bracket, that ends the sentence around it. */
function trimmed(address) {
  let shorter = address.replace(/[.,:;!?*_~]+$/, "");
  if (shorter.endsWith(")") && !shorter.includes("(")) shorter = shorter.slice(0, -1);
  return shorter;
}

function isAddress(address) {
  return URL.canParse(address) && ["http:", "https:"].includes(new URL(address).protocol);
}

function paired(source, at, depth, hopeless) {
  for (const [mark, kind] of PAIRS) {
    if (!source.startsWith(mark, at) || hopeless.has(mark)) continue;
    const start = at + mark.length;
    const close = closing(source, mark, start);
    if (close < 0) {
      hopeless.add(mark);
      continue;
    }
    const words = source.slice(start, close);
    if (!fits(mark, words, source[close + mark.length])) continue;
    const children = inline(words, depth + 1);
    const node = kind === "bold-italic" ? { kind: "bold", children: [{ kind: "italic", children }] } : { kind, children };
    return { node, end: close + mark.length };
  }
  return null;
}

function closing(source, mark, start) {
  let close = unescaped(source, mark, start + 1);
  // `**a *b***`: the last of the marks that stand together close the outer pair.
  while (close >= 0 && mark !== "||" && source.startsWith(mark[0], close + mark.length)) {
    const next = unescaped(source, mark, close + 1);
    if (next < 0) break;
    close = next;
  }
  return close;
}

function fits(mark, words, after) {
  if (!words.trim()) return false;
  if (mark === "*") return !/^\s|\s$/.test(words);
  return mark !== "_" || !/\w/.test(after ?? "");
}

function unescaped(source, mark, from) {
  let found = source.indexOf(mark, from);
  while (found > 0 && backslashes(source, found) % 2) found = source.indexOf(mark, found + 1);
  return found;
}

function backslashes(source, at) {
  let count = 0;
  while (source[at - 1 - count] === "\\") count += 1;
  return count;
}

function fixed(pattern, source, at, make) {
  const found = matched(pattern, source, at);
  const node = found && make(found);
  if (!node) return null;
  return { node, end: at + (node.kind === "link" && !found.groups ? node.address.length : found[0].length) };
}

function matched(pattern, source, at) {
  pattern.lastIndex = at;
  return pattern.exec(source);
}
