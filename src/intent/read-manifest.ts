import type { CopyManifest, KeyedCopy } from ".";
import { badIntent, parseCopy } from "./parse-intent";

/** The copies of a manifest, in its order. Throws CopyFailure that names the line of a copy that cannot be used. */
export async function* readManifest({ file, values }: CopyManifest, lines: AsyncIterable<string>): AsyncGenerator<KeyedCopy> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    const at = `${file}, line ${number}`;
    const problems: string[] = [];
    const json = fill(parseLine(line, at), values, at, problems);
    const key = (json as { readonly key?: unknown } | null)?.key;
    if (typeof key !== "string" || key === "") problems.push(`${at}: key must be a string that is not empty`);
    const copy = parseCopy(json, at, problems);
    if (problems.length > 0) throw badIntent(problems);
    yield { ...copy, key: key as string };
  }
}

function parseLine(line: string, at: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw badIntent([`${at} is not JSON`]);
  }
}

/** Joins each array of text and indices into a string; a copy has no other arrays. */
function fill(json: unknown, values: readonly string[], at: string, problems: string[]): unknown {
  if (Array.isArray(json)) {
    return json
      .map((part: unknown) => {
        const text = typeof part === "number" ? values[part] : part;
        if (typeof text === "string") return text;
        problems.push(`${at}: ${JSON.stringify(part)} is neither text nor the index of one of ${values.length} values`);
        return "";
      })
      .join("");
  }
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, fill(value, values, at, problems)]));
}
