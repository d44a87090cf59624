import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";

/**
 * Secrets by name. Each has at least twelve characters, so that a search cannot find it by chance.
 */
export class Canaries {
  readonly #secrets = new Map<string, string>();
  /** Places searched so far. */
  readonly searched: string[] = [];

  add(name: string, ...secrets: readonly string[]): void {
    for (const [index, secret] of secrets.entries()) {
      if (secret.length < 12) throw new Error(`${name} is too short to be told from other text`);
      this.#secrets.set(`${name} ${index}`, secret);
    }
  }

  get count(): number {
    return this.#secrets.size;
  }

  /** Returns the secrets that a text contains: as they are, escaped for a URL, or within JSON. */
  found(place: string, text: string): string[] {
    this.searched.push(place);
    const shown = [...this.#secrets].filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)));
    return shown.map(([name]) => `${name} in ${place}`);
  }

  /** Searches all files below a folder, including the content of archives. */
  foundBelow(folder: string): string[] {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      return this.found(path.slice(folder.length), [bytes.toString("latin1"), ...inflated(bytes)].join("\n"));
    });
  }
}

function formsOf(secret: string): string[] {
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}

/** Content of a zip file, such as a saved plan. */
function inflated(bytes: Buffer): string[] {
  const texts: string[] = [];
  const mark = Buffer.from("PK\u0003\u0004");
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 4)) {
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    const isDeflated = bytes.readUInt16LE(at + 8) === 8;
    if (isDeflated) texts.push(inflateRawSync(bytes.subarray(start)).toString("latin1"));
  }
  return texts;
}
