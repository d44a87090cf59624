import { badIntent } from "../../failure/bad-intent";
import type { CopyManifest, KeyedCopy } from "..";
import { Fields } from "./fields";
import { checkMethodOfSet, parseCopy } from "./parse-copy";
import { SET_DEFAULTS } from "./parse-set";

/** The copies of a manifest, in its order. @throws CopyFailure that names the line of a copy that cannot be used */
export async function* readManifest({ file, values }: CopyManifest, lines: AsyncIterable<string>): AsyncGenerator<KeyedCopy> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    const at = `${file}, line ${number}`;
    const problems: string[] = [];
    const fields = new Fields(fill(parseLine(line, at), values, at, problems), `${at}:`, problems);
    const copy: KeyedCopy = { ...parseCopy(fields, SET_DEFAULTS), key: fields.requiredText("key") };
    checkMethodOfSet(fields, copy);
    if (problems.length > 0) throw badIntent("copy intent", problems);
    yield copy;
  }
}

function parseLine(line: string, at: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw badIntent("copy intent", `${at} is not JSON`);
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
