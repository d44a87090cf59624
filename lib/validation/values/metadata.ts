import { isPrintable, MAX_METADATA_BYTES, METADATA_NAME, RESERVED_NAME } from "../../../src/intent";
import type { ContentHeaders } from "../../vocabulary/copy-options";
import type { Problems } from "../../framework/problems";
import { checkNoSecret } from "./secrets";
import { TokenAwareText, isUnknownMap, show } from "../../framework/tokens";

export function checkMetadata(metadata: { readonly [name: string]: string } | undefined, problems: Problems): void {
  if (metadata === undefined || isUnknownMap(metadata)) return;
  const seen = new Map<string, string>();
  let bytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!checkNoSecret(name, "a metadata name", problems)) continue;
    const known = new TokenAwareText(name);
    if (known.isKnown && !METADATA_NAME.test(name)) {
      problems.add(`metadata name ${show(name)} is not a C# identifier: use letters, digits and "_", not starting with a digit.`);
    }
    if (RESERVED_NAME.test(name)) {
      problems.add(
        `metadata name ${show(name)} starts with "blobcopy_", which is reserved for the marks of incomplete copies; use another name.`,
      );
    }
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) {
      problems.add(`metadata names ${show(twin)} and ${show(name)} differ only in case, and are one name to the service; remove one.`);
    }
    seen.set(name.toLowerCase(), name);
    if (!checkHeaderText(value, `metadata.${name}`, problems)) continue;
    bytes += Buffer.byteLength(known.literals) + Buffer.byteLength(new TokenAwareText(value).literals);
  }
  if (bytes > MAX_METADATA_BYTES) {
    problems.add(
      `metadata takes ${bytes} bytes, names and values together; the service stores at most 8 KiB (${MAX_METADATA_BYTES} bytes).`,
    );
  }
}

export function checkHeaderTexts(headers: ContentHeaders | undefined, at: string, problems: Problems): void {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined) checkHeaderText(value, `${at}.${name}`, problems);
  }
}

function checkHeaderText(value: unknown, at: string, problems: Problems): value is string {
  if (typeof value !== "string") {
    problems.add(`${at} must be a string, got ${show(value)}.`);
    return false;
  }
  if (!checkNoSecret(value, at, problems)) return false;
  if (!isPrintable(new TokenAwareText(value).literals)) {
    problems.add(
      `${at} ${show(value)} is not printable ASCII, and HTTP headers carry nothing else; encode it, for example with encodeURIComponent.`,
    );
  }
  return true;
}
