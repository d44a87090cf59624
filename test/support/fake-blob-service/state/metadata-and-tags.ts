import type { Pairs } from "./blob-state";
import type { Call } from "../http/call";
import { escapeXml, ServiceFailure, unescapeXml } from "../service-failure";

const METADATA_PREFIX = "x-ms-meta-";
const METADATA_LIMIT_BYTES = 8 * 1024;
const TAG_HEADER_LIMIT_BYTES = 2 * 1024;

/** `x-ms-meta-*` of a request; undefined without any. Names keep their case. */
export function metadataOf(call: Call): Pairs | undefined {
  let metadata: Record<string, string> | undefined;
  let size = 0;
  const seen = new Set<string>();
  const raw = call.rawHeaders;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? "";
    if (name.length < METADATA_PREFIX.length || !name.toLowerCase().startsWith(METADATA_PREFIX)) continue;
    const key = name.slice(METADATA_PREFIX.length);
    const value = raw[index + 1] ?? "";
    if (key === "") throw new ServiceFailure("EmptyMetadataKey");
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key) || seen.has(key.toLowerCase())) throw new ServiceFailure("InvalidMetadata");
    seen.add(key.toLowerCase());
    size += key.length + value.length;
    (metadata ??= {})[key] = value;
  }
  if (size > METADATA_LIMIT_BYTES) throw new ServiceFailure("MetadataTooLarge");
  return metadata;
}

function checkedTags(pairs: readonly (readonly [string, string])[]): Pairs {
  const tags: Record<string, string> = {};
  for (const [key, value] of pairs) {
    if (key.length < 1 || key.length > 128 || value.length > 256) throw new ServiceFailure("TagsTooLarge");
    if (!/^[A-Za-z0-9 +\-./:=_]*$/.test(key + value) || Object.hasOwn(tags, key)) throw new ServiceFailure("InvalidTag");
    tags[key] = value;
  }
  if (pairs.length > 10) throw new ServiceFailure("TagsTooLarge");
  return tags;
}

/** `x-ms-tags`; undefined without it. Needs the permission to write tags. */
export function tagsOf(call: Call): Pairs | undefined {
  const header = call.header("x-ms-tags");
  if (header === undefined) return undefined;
  if (!call.may("t")) throw new ServiceFailure("AuthorizationPermissionMismatch");
  if (header.length > TAG_HEADER_LIMIT_BYTES) throw new ServiceFailure("InvalidHeaderValue");
  return checkedTags([...new URLSearchParams(header)]);
}

export function parseTags(body: string): Pairs {
  if (!/<Tags[\s>/]/.test(body)) throw new ServiceFailure("InvalidXmlDocument");
  const pairs: [string, string][] = [];
  for (const [, key = "", value = ""] of body.matchAll(
    /<Tag>\s*<Key>([^<]*)<\/Key>\s*(?:<Value\s*\/>|<Value>([^<]*)<\/Value>)\s*<\/Tag>/g,
  )) {
    pairs.push([unescapeXml(key), unescapeXml(value)]);
  }
  return checkedTags(pairs);
}

export function tagsXml(tags: Pairs): string {
  const set = Object.keys(tags)
    .sort()
    .map((key) => `<Tag><Key>${escapeXml(key)}</Key><Value>${escapeXml(tags[key] ?? "")}</Value></Tag>`);
  return `<Tags><TagSet>${set.join("")}</TagSet></Tags>`;
}
