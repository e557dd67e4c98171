/**
 * Chinese and Japanese lines break between words: the style sheet forbids breaks inside of runs of their characters, and
 * here each word gets a place to break before it.
 */

const SCRIPT = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const OPENING = /[\p{Ps}\p{Pi}]$/u;
/** Words of this field that the browser's dictionary would take apart. */
const KNOWN = /(机器人|工作流|提示词|身份组|采样器|管理员|服务器)/u;

const words = new Intl.Segmenter("zh", { granularity: "word" });

/** The words of a text, each but the first after a place to break; other text stays whole. */
export function phrases(text) {
  if (!SCRIPT.test(text)) return [text];
  const parts = [];
  for (const [index, run] of text.split(KNOWN).entries()) {
    const whole = index % 2 === 1 ? [{ segment: run, isWordLike: true }] : words.segment(run);
    for (const { segment, isWordLike } of whole) add(parts, segment, isWordLike);
  }
  return parts.flatMap((part, index) => (index ? [document.createElement("wbr"), part] : [part]));
}

/** Punctuation stays with the word before it, and what opens with the word after it. */
function add(parts, segment, isWordLike) {
  const before = parts.at(-1);
  const begins = before !== undefined && isWordLike && SCRIPT.test(segment) && !OPENING.test(before);
  if (before === undefined || begins) parts.push(segment);
  else parts[parts.length - 1] += segment;
}
