import type { ListedDetails, WantedDetails } from "../../../engine/ports/blob-container";
import type { ShownOptions } from "../../../intent";
import { defined } from "../../../util/defined";
import { redactForeign } from "../../../util/secrets/redact-foreign";
import { sourceIdentity } from "../../../util/source-identity";
import { type BlobsOfPage, NOTHING } from "./blobs-of-page";
import { copyStatus } from "../response-headers";
import { copyProgress } from "../values/copy-progress";
import { detached } from "../values/detached";
import { immutabilityMode } from "../values/immutability-mode";
import { word } from "../values/word";
import { parseTags, textAfter } from "../xml";

const CONTENT_HEADERS = [
  ["contentType", "<Content-Type>"],
  ["contentEncoding", "<Content-Encoding>"],
  ["contentLanguage", "<Content-Language>"],
  ["contentDisposition", "<Content-Disposition>"],
  ["cacheControl", "<Cache-Control>"],
] as const;

/** The requested details of a listed blob, in addition to those that each blob has. */
export function parseListedDetails({ own: text, metadata }: Pick<BlobsOfPage, "own" | "metadata">, wanted: WantedDetails): ListedDetails {
  return {
    headers: wanted.headers === true ? parseHeaders(text) : NOTHING,
    metadata: wanted.metadata === true ? metadata : NOTHING,
    tags: wanted.tags === true ? parseTags(text) : NOTHING,
    copy: wanted.copy === true ? parseCopy(text) : undefined,
    ...(wanted.shown === true ? { shown: parseShown(text) } : {}),
    ...(wanted.snapshots === true ? { snapshot: textAfter(text, "<Snapshot>") } : {}),
  };
}

function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, tag] of CONTENT_HEADERS) {
    const value = textAfter(text, tag)?.trim();
    if (value) headers[name] = detached(value);
  }
  return headers;
}

function parseShown(text: string): ShownOptions {
  const encryptionScope = textAfter(text, "<EncryptionScope>");
  const until = textAfter(text, "<ImmutabilityPolicyUntilDate>");
  const policy = until ? { until: detached(until), mode: immutabilityMode(textAfter(text, "<ImmutabilityPolicyMode>")) } : undefined;
  return defined({
    encryptionScope: encryptionScope ? detached(encryptionScope) : undefined,
    seal: textAfter(text, "<Sealed>") === "true" ? true : undefined,
    legalHold: textAfter(text, "<LegalHold>") === "true" ? true : undefined,
    immutabilityPolicy: policy,
  } satisfies Record<keyof ShownOptions, unknown>);
}

function parseCopy(text: string): ListedDetails["copy"] {
  const id = word(textAfter(text, "<CopyId>"));
  const status = copyStatus(textAfter(text, "<CopyStatus>"));
  if (id === undefined || status === undefined) return undefined;
  const completed = Date.parse(textAfter(text, "<CopyCompletionTime>") ?? "");
  const description = textAfter(text, "<CopyStatusDescription>");
  return {
    id: detached(id),
    status,
    source: sourceIdentity(textAfter(text, "<CopySource>") ?? ""),
    ...copyProgress(textAfter(text, "<CopyProgress>")),
    completedOn: Number.isNaN(completed) ? undefined : new Date(completed),
    statusDescription: description ? redactForeign(description) : undefined,
  };
}
