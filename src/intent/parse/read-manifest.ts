import { badIntent } from "../../failure/bad-intent";
import type { CopyManifest, KeyedCopy } from "..";
import { Fields, isPlain, show } from "./fields";
import { checkMethodOfSet, parseCopy } from "./parse-copy";
import { SET_DEFAULTS } from "./parse-set";

/**
 * The copies of a manifest, in its order.
 *
 * @throws CopyFailure that names the line of an unusable copy
 */
export async function* readManifest({ file, values }: CopyManifest, lines: AsyncIterable<string>): AsyncGenerator<KeyedCopy> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    const at = `${file}, line ${number}`;
    const problems: string[] = [];
    const fields = new Fields(
      fill(parseLine(line, at), values, "", (problem) => problems.push(`${at}: ${problem}`)),
      `${at}:`,
      problems,
    );
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

/**
 * Inserts the values. The only arrays in a copy are those of texts and indices, which are joined.
 */
function fill(json: unknown, values: readonly unknown[], path: string, tell: (problem: string) => void): unknown {
  if (Array.isArray(json)) return joined(json, values, path, tell);
  if (typeof json !== "object" || json === null) return json;
  const filled = Object.entries(json).map(([name, value]) => {
    return [name, fill(value, values, path === "" ? name : `${path}.${name}`, tell)];
  });
  return Object.fromEntries(filled) as object;
}

/**
 * A single value keeps its type, as in a single copy: the reader of the field knows the types that
 * it accepts.
 */
function joined(parts: readonly unknown[], values: readonly unknown[], path: string, tell: (problem: string) => void): unknown {
  const known = parts.map((part) => {
    if (typeof part !== "number") return part;
    if (!(part in values)) tell(`${path} has ${part}, of ${values.length} values`);
    return part in values ? values[part] : "";
  });
  if (known.length === 1) return known[0];
  const wrong = known.find((part) => !isPlain(part));
  if (wrong === undefined) return known.join("");
  tell(`${path} is made of ${show(wrong)}, which is not text`);
  return "";
}
