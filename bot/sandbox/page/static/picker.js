/**
 * The list of commands behind `/`: every one that is registered, and why one cannot be used here.
 */

import { reasonWords } from "./refusals.js";
import { localised, t } from "./texts.js";

const BRANCHES = new Set([1, 2]);

/** Commands as the picker lists them; a subcommand counts as a command of its own. */
export function entries(commands) {
  return commands.flatMap((command) => branches(command, [command]));
}

/** Those that fit what was typed behind the `/`; those that begin with it first. */
export function matching(all, typed) {
  const wanted = typed.toLowerCase();
  const ranked = all.map((entry) => [rank(entry, wanted), entry]).filter(([place]) => place >= 0);
  return ranked.sort(([one], [other]) => one - other).map(([, entry]) => entry);
}

export function item(entry) {
  const needed = entry.options.filter((option) => option.required).map((option) => localised(option, "name"));
  const more = entry.options.length - needed.length;
  const options = [...needed, ...(more ? [`+${more}`] : [])].join(" ");
  return {
    key: entry.line,
    label: `/${entry.shown}`,
    note: [entry.isOwn && t("own-command"), entry.description, options].filter(Boolean).join("  ·  "),
    refusal: entry.refusal && reasonWords(entry.refusal),
    entry,
  };
}

function branches(command, path) {
  const last = path.at(-1);
  const options = last.options ?? [];
  if (options.some((option) => BRANCHES.has(option.type))) {
    return options.flatMap((option) => branches(command, [...path, option]));
  }
  return [
    {
      line: `/${path.map((part) => part.name).join(" ")}`,
      shown: path.map((part) => localised(part, "name")).join(" "),
      names: path.map((part) => part.name).join(" "),
      description: localised(last, "description"),
      options,
      isOwn: Boolean(command.guild_id),
      refusal: command.refusal,
    },
  ];
}

function rank(entry, wanted) {
  const names = [entry.shown, entry.names].map((name) => name.toLowerCase());
  if (names.some((name) => name.startsWith(wanted))) return entry.refusal ? 2 : 0;
  if (names.some((name) => name.includes(wanted))) return entry.refusal ? 3 : 1;
  return -1;
}
