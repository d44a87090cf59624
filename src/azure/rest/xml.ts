/* Reads and writes the few XML bodies of the service, all of which are flat. */

const ENTITIES: ReadonlyMap<string, string> = new Map(Object.entries({ lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }));

const LAST_CODE_POINT = 0x10ffff;

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function unescapeXml(text: string): string {
  // True for nearly all texts of a listing, of which there are millions.
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (entity, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES.get(name) ?? entity;
    const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    // An entity that does not stand for a character stays as it is.
    return codePoint <= LAST_CODE_POINT ? String.fromCodePoint(codePoint) : entity;
  });
}

/** The text of the first `name` element; undefined without one. */
export function elementText(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined ? undefined : unescapeXml(text);
}

/**
 * The text after the first `tag`, up to the next element. `tag` includes its brackets, so that the
 * search does not build a string.
 */
export function textAfter(xml: string, tag: string): string | undefined {
  const start = xml.indexOf(tag);
  if (start === -1) return undefined;
  const from = start + tag.length;
  return unescapeXml(xml.slice(from, xml.indexOf("<", from)));
}

/** The texts of all `name` elements. */
export function elementTexts(xml: string, name: string): string[] {
  return Array.from(xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g")), ([, text = ""]) => unescapeXml(text));
}

/** The body of Get Blob Tags, or a part of a listing. */
export function parseTags(xml: string): Record<string, string> {
  const tags = xml.split("<Tag>").slice(1);
  return Object.fromEntries(
    tags.flatMap((tag) => {
      const key = elementText(tag, "Key");
      return key === undefined ? [] : [[key, elementText(tag, "Value") ?? ""] as const];
    }),
  );
}

/**
 * Like {@link parseTags}, for a response that must be complete: tags that are cut off at its end
 * must not look absent.
 */
export function parseAllTags(xml: string): Record<string, string> {
  requireElement(xml, "Tags");
  return parseTags(xml);
}

/** The response is incomplete, or not the requested one. */
export class MalformedXml extends Error {}

/** @throws MalformedXml unless the element is there from its beginning to its end */
export function requireElement(xml: string, name: string): void {
  const start = xml.search(new RegExp(`<${name}[\\s/>]`));
  const isWhole = start !== -1 && (xml.includes(`</${name}>`, start) || new RegExp(`^<${name}\\s*/>`).test(xml.slice(start, start + 100)));
  if (!isWhole) throw new MalformedXml(`the answer has no complete element ${name}`);
}

/** The body of Set Blob Tags. */
export function tagsXml(tags: Readonly<Record<string, string>>): string {
  const set = Object.entries(tags).map(([key, value]) => `<Tag><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></Tag>`);
  return `<?xml version="1.0" encoding="utf-8"?><Tags><TagSet>${set.join("")}</TagSet></Tags>`;
}

/** The body of Put Block List. */
export function blockListXml(blockIds: readonly string[]): string {
  const latest = blockIds.map((blockId) => `<Latest>${escapeXml(blockId)}</Latest>`);
  return `<?xml version="1.0" encoding="utf-8"?><BlockList>${latest.join("")}</BlockList>`;
}
