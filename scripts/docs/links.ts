import { posix } from "node:path";
import { anchors, links } from "./markdown";

/** Text of each document by its path from the root, with slashes. */
export type Documents = ReadonlyMap<string, string>;

/** Returns one sentence for each broken link. Links to other sites are not checked. */
export function brokenLinks(documents: Documents, exists: (path: string) => boolean): string[] {
  return [...documents].flatMap(([from, text]) =>
    links(text)
      .map(({ target, line }) => ({ line, problem: problemOf(from, target, documents, exists) }))
      .filter(({ problem }) => problem !== undefined)
      .map(({ line, problem }) => `${from}:${String(line)} ${problem ?? ""}`),
  );
}

function problemOf(from: string, target: string, documents: Documents, exists: (path: string) => boolean): string | undefined {
  if (/^[a-z]+:/i.test(target))
    return /^(https:\/\/\S+\.\S+|mailto:\S+@\S+)$/.test(target) ? undefined : `links to ${target}, which is not https`;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? from : posix.normalize(posix.join(posix.dirname(from), decodeURIComponent(path)));
  if (file.startsWith("../") || !exists(file)) return `links to ${target}, but there is no ${file}`;
  const text = documents.get(file);
  if (anchor === undefined || text === undefined || anchors(text).has(anchor)) return undefined;
  return `links to ${target}, but ${file} has no heading for #${anchor}`;
}

/** Pages below `folder` that the index does not link to. */
export function unlistedPages(documents: Documents, index: string, folder: string): string[] {
  const linked = new Set(
    links(documents.get(index) ?? "").map(({ target }) => posix.join(posix.dirname(index), target.split("#")[0] ?? "")),
  );
  return [...documents.keys()]
    .filter((path) => posix.dirname(path) === folder && !linked.has(path))
    .map((path) => `${index} does not link to ${path}: add it to the questions`);
}

/** Broken references from code (such as messages and comments) to pages of docs/. */
export function brokenMentions(path: string, code: string, documents: Documents): string[] {
  return [...code.matchAll(/\bdocs\/[\w./-]+?\.md(#[\w-]+)?/g)]
    .map(([mention]) => ({ mention, problem: problemOf("README.md", mention, documents, (file) => documents.has(file)) }))
    .filter(({ problem }) => problem !== undefined)
    .map(({ problem }) => `${path} ${problem ?? ""}`);
}
