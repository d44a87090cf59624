import { words } from "../../framework/language";
import type { Problems } from "../../framework/problems";
import { checkRelative, globIn } from "./globs";
import { IN_COPIES, checkComposed, checkNoAddress, checkPath } from "./names";
import { checkNoSecret } from "./secrets";
import { TokenAwareText, isUnknownMap, show } from "../../framework/tokens";

/** Checks a map of source names to destination names, both relative to their prefixes. */
export function checkRename(
  rename: { readonly [name: string]: string } | undefined,
  fromPrefix: string,
  toPrefix: string,
  problems: Problems,
): void {
  if (rename === undefined) return;
  if (isUnknownMap(rename)) {
    problems.add(`rename as a whole is ${words().value}, but its names must be known at synth; give each name with its new one.`);
    return;
  }
  const targets = new Map<string, string>();
  for (const [name, target] of Object.entries(rename)) {
    const at = `rename[${show(name)}]`;
    if (name === "") problems.add(`rename has an empty name; to move everything, change the prefix of to.`);
    if (typeof target !== "string") {
      problems.add(`${at} must be a string, got ${show(target)}.`);
      continue;
    }
    if (![name, target].every((text) => checkName(text, at, problems))) continue;
    checkRelative(name, at, fromPrefix, problems);
    checkRelative(target, at, toPrefix, problems);
    checkPath(new TokenAwareText(name).withoutTokens, name, at, problems);
    checkPath(new TokenAwareText(target).withoutTokens, target, at, problems);
    checkKind(name, target, at, problems);
    for (const text of [name, target]) checkComposed(text, "rename", IN_COPIES, problems);
    const twin = targets.get(target);
    if (twin !== undefined)
      problems.add(`${at} is ${show(target)}, but ${show(twin)} is also renamed to it; give one of them another name.`);
    targets.set(target, name);
  }
}

/** Adds problems of names to which a rename would silently never apply. */
function checkName(name: string, at: string, problems: Problems): boolean {
  if (!checkNoSecret(name, at, problems)) return false;
  const { withoutTokens } = new TokenAwareText(name);
  if (!checkNoAddress(withoutTokens, name, at, problems)) return false;
  const glob = globIn(withoutTokens);
  if (glob === undefined) return true;
  problems.add(`${at}: ${show(name)} ${glob}, but rename takes names, and folders that end in "/", not globs; give each of them.`);
  return false;
}

/** A folder must be renamed to a folder, and a blob to a blob. */
function checkKind(name: string, target: string, at: string, problems: Problems): void {
  if (!new TokenAwareText(target).isKnown) return;
  if (name.endsWith("/") && target !== "" && !target.endsWith("/")) {
    problems.add(`${at} renames everything below it to ${show(target)}, which does not end in "/"; add it.`);
  }
  if (!name.endsWith("/") && (target === "" || target.endsWith("/"))) {
    problems.add(`${at} renames one blob to ${show(target)}, which is not the name of a blob; end both in "/" to rename everything below.`);
  }
}
