/* The few, flat XML bodies of the hot requests; everything nested is left to the SDK. */

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (entity, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? entity;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

/** The text of the first `name` element; undefined when there is none. */
export function elementText(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined ? undefined : unescapeXml(text);
}

/** The texts of all `name` elements. */
export function elementTexts(xml: string, name: string): string[] {
  return Array.from(xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g")), ([, text = ""]) => unescapeXml(text));
}

/** The body of Get Blob Tags. */
export function parseTags(xml: string): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [tag] of xml.matchAll(/<Tag>.*?<\/Tag>/gs)) {
    const key = elementText(tag, "Key");
    if (key !== undefined) tags[key] = elementText(tag, "Value") ?? "";
  }
  return tags;
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
