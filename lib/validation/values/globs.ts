import type { Problems } from "../../framework/problems";
import { IN_COPIES, checkComposed, checkNoAccident, checkNoAddress } from "./names";
import { checkNoSecret } from "./secrets";
import { TokenAwareText, show } from "../../framework/tokens";

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001F\u007F]/;

/** Adds problems of globs that exclude every possible name. */
export function checkLeavesSome(include: readonly string[] | undefined, exclude: readonly string[] | undefined, problems: Problems): void {
  if (exclude === undefined) return;
  const all = exclude.find((glob) => glob === "**" || glob === "**/*");
  if (all !== undefined) problems.add(`exclude has ${show(all)}, which leaves nothing to be copied; remove it.`);
  else if (include !== undefined && include.length > 0 && include.every((glob) => exclude.includes(glob)))
    problems.add("exclude has every glob of include, which leaves nothing to be copied; remove one of them from exclude.");
}

/** Checks globs that match names relative to a prefix. */
export function checkGlobs(globs: readonly string[] | undefined, at: string, prefix: string, problems: Problems): void {
  if (globs === undefined) return;
  if (!Array.isArray(globs)) {
    problems.add(`${at} must be a list of globs, got ${show(globs)}.`);
    return;
  }
  if (at === "include" && globs.length === 0) problems.add("include is empty, which would mean every name; leave it out for that.");
  globs.forEach((glob: unknown, index) => checkGlob(glob, `${at}[${index}]`, prefix, problems));
}

function checkGlob(glob: unknown, at: string, prefix: string, problems: Problems): void {
  if (typeof glob !== "string" || glob === "") {
    problems.add(`${at} must be a string that is not empty, got ${show(glob)}.`);
    return;
  }
  if (!checkNoSecret(glob, at, problems)) return;
  const { withoutTokens } = new TokenAwareText(glob);
  if (!checkNoAddress(withoutTokens, glob, at, problems)) return;
  checkRelative(glob, at, prefix, problems);
  if (withoutTokens.startsWith("!"))
    problems.add(`${at} ${show(glob)} starts with "!", which is not part of a glob; use exclude to leave names out.`);
  if (withoutTokens.endsWith("/") && !withoutTokens.endsWith("\\/"))
    problems.add(
      `${at} ${show(glob)} ends with "/", which matches only the blob of exactly that name; write ${show(`${glob}**`)} for everything below it (or \\/ for that blob).`,
    );
  if (withoutTokens.split("/").includes(".."))
    problems.add(`${at} ${show(glob)} contains "..", and no name has such a segment; write names relative to the prefix.`);
  if (/(?<!\\)[@+?*]\([^)]*\)/.test(withoutTokens)) {
    problems.add(`${at} ${show(glob)} has a shell pattern in parentheses, which a glob cannot have; write alternatives as {a,b}.`);
  }
  if (/(?<!\\);/.test(withoutTokens)) {
    problems.add(
      `${at} ${show(glob)} has ";", which does not separate globs: write each glob as an entry of the list, or \\; for the character.`,
    );
  }
  if (CONTROL.test(withoutTokens)) problems.add(`${at} ${show(glob)} contains a control character, and no name has one; remove it.`);
  if (withoutTokens.startsWith("./"))
    problems.add(`${at} ${show(glob)} starts with "./", but names are relative to the prefix; remove it.`);
  if (/(?<!\\)\[[^\]]*\]/.test(withoutTokens)) {
    problems.add(
      `${at} ${show(glob)} has brackets, but a glob cannot have classes of characters; write alternatives as {a,b}, or \\[ for the character.`,
    );
  }
  checkNoAccident(glob, at, problems);
  checkComposed(glob, at, IN_COPIES, problems);
  if (!isBalanced(withoutTokens)) problems.add(`${at} ${show(glob)} has a brace without its partner; write alternatives as {a,b}.`);
}

/**
 * After a prefix that ends in "/", a name does not begin with "/". After another prefix, it may.
 */
export function checkRelative(name: string, at: string, prefix: string, problems: Problems): void {
  if (name.startsWith("/") && (prefix === "" || prefix.endsWith("/"))) {
    problems.add(`${at}: ${show(name)} starts with "/", but names are relative to the prefix; remove it.`);
  }
}

/**
 * Returns why a name looks like a glob. A name may contain a star, but hardly in these positions.
 */
export function globIn(withoutTokens: string): string | undefined {
  return withoutTokens.endsWith("*") ? 'ends with "*"' : /\*\*|^\*|\/\*/.test(withoutTokens) ? 'contains "*"' : undefined;
}

function isBalanced(glob: string): boolean {
  let depth = 0;
  for (const [part] of glob.matchAll(/\\.|[{}]/gs)) {
    if (part === "{") depth++;
    if (part === "}") depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}
