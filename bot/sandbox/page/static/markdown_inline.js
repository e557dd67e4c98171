/**
 * What stands within a line of Markdown. Knows no lines and no blocks.
 *
 * Whatever is not understood stays text, and no text takes long: each mark is looked for as often as there is hope.
 */

/** Marks within marks, and quotes within quotes. */
export const DEEPEST = 12;

const ADDRESS = /https?:\/\/[^\s<>"'`|\\]+/y;
const MENTION = /<(?:@!?(?<user>\d{1,20})|@&(?<role>\d{1,20})|#(?<channel>\d{1,20}))>/y;
const COMMAND = /<(?<command>\/[-_'\p{L}\p{N} ]{1,100}):\d{1,20}>/uy;
const MOMENT = /<t:(?<seconds>-?\d{1,13})(?::(?<style>[tTdDfFR]))?>/y;
const EMOJI = /<a?:(?<name>\w{1,32}):\d{1,20}>/y;
const BRACKETED = /<(?<address>https?:\/\/[^\s<>]+)>/y;
const EVERYONE = /@(?:everyone|here)\b/y;
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

/** `hopeless` holds the marks that are known not to close again. */
export function inline(source, depth, hopeless = new Set()) {
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
  return /[^\s0-9A-Za-z]/.test(next) ? { node: { kind: "text", text: next }, end: at + 2 } : null;
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
    fixed(COMMAND, source, at, ({ groups }) => ({ kind: "mention", of: "command", text: groups.command })) ??
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
  const children = unlinked(inline(words, depth + 1));
  return { node: { kind: "link", address: found[1], shown: words, children }, end: close + found[0].length };
}

/** A link in a link's words would be a link that says it leads elsewhere. */
function unlinked(nodes) {
  return nodes.flatMap((node) => {
    if (!node.children) return [node];
    const children = unlinked(node.children);
    return node.kind === "link" ? children : [{ ...node, children }];
  });
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

/** A sticky pattern, tried at one place. */
export function matched(pattern, source, at) {
  pattern.lastIndex = at;
  return pattern.exec(source);
}
