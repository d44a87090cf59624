import { randomBytes } from "node:crypto";
import { BlobType, type CopyDeclaration, CopyMethod, isAsynchronous } from "../../intent";
import { explain } from "../../failure/explain";
import { methodRefused, sourceChanged } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import { copiesTags } from "../methods/run/traits";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import type { CheckedPart } from "./checked-part";

export interface ReadingRequest {
  readonly declaration: CopyDeclaration;
  readonly source: SourceObject;
  readonly destination: DestinationBlob;
  /** The method that a run would try first. */
  readonly method: CopyMethod;
  readonly isArchived: boolean;
  /** Properties of the destination; undefined when it is absent. */
  readonly now: Pick<BlobProperties, "blobType" | "shown"> | undefined;
  readonly signal: AbortSignal;
}

/** An ETag that no blob has. */
const NOBODYS_ETAG = '"0x0"';
/** Lifetime of the access, which is used for one request. */
const READABLE_MILLISECONDS = 5 * 60_000;

/**
 * Put Block From URL. The service has to read the source to judge the condition on it, and no
 * source meets this condition. So the one request of a check that could write never writes.
 */
export async function checkReading(request: ReadingRequest): Promise<CheckedPart> {
  const { source, destination, method, isArchived, now, signal } = request;
  const { encryptionScope } = request.declaration;
  const part = { part: "copy", url: destination.url } as const;
  const notAsked = (why: string): CheckedPart => ({ ...part, found: `the service was not asked whether it may read the source: ${why}` });
  try {
    // An asynchronous copy needs a SAS, which not every identity may create.
    const bySas = isAsynchronous(method) ? await source.readable(method, destination.account, READABLE_MILLISECONDS) : undefined;
    if (source.account === undefined || source.isFile) return notAsked("it is not a blob, and its server need not know conditions");
    if (isArchived) return notAsked("it is archived, which only Copy Blob reads");
    if (now !== undefined && now.blobType !== BlobType.BLOCK) return notAsked(`the destination is a ${now.blobType}`);
    if (destination.sasGrant?.permissions.includes("w") === false)
      return notAsked("the destination's SAS has no w, which the request needs");
    // Within one account Copy Blob reads with the destination's own credential, which the other
    // methods cannot do.
    const isAsCopyBlobReads = bySas !== undefined && /[?&]sig=/.test(bySas.url);
    const readable = isAsCopyBlobReads
      ? bySas
      : await source.readable(CopyMethod.PUT_BLOCK_FROM_URL, destination.account, READABLE_MILLISECONDS);
    await destination.putBlockFromUrl(randomBytes(12).toString("base64"), {
      source: readable,
      sourceRange: { offset: 0, count: 1 },
      sourceConditions: { ifMatch: NOBODYS_ETAG },
      encryption: encryptionScope === undefined ? {} : { encryptionScope },
      signal,
    });
    return notAsked("the service ignored a condition on the source");
  } catch (error) {
    if (sourceChanged(error))
      return { ...part, found: `the service may read the source and write the destination${await scopeText(request)}` };
    const refused = error instanceof ServiceError ? methodRefused(error, { sameAccount: false, isEmpty: false }) : undefined;
    if (refused !== undefined && !(error instanceof ServiceError && error.code === "CannotVerifyCopySource")) return notAsked(refused);
    return { ...part, found: "refused", failure: explain(error, `The service would not copy to ${destination.url}`) };
  }
}

/** It is not documented whether the service checks the scope before the source. */
async function scopeText({ declaration: { encryptionScope }, now, destination, signal }: ReadingRequest): Promise<string> {
  if (encryptionScope === undefined || now?.shown.encryptionScope === encryptionScope) return "";
  const byDefault = await destination.getDefaultScope({ signal }).catch(() => undefined);
  return byDefault === encryptionScope
    ? ""
    : `; the encryption scope ${encryptionScope} may be missing all the same, which only a copy shows`;
}

/**
 * Get Blob Tags, where tags are copied or set. Nothing else shows whether an identity has the
 * permission, and the service refuses the request even for an absent blob.
 */
export async function checkTags({
  declaration,
  source,
  destination,
  signal,
}: Omit<ReadingRequest, "now">): Promise<CheckedPart | undefined> {
  const sides = [
    ...(copiesTags(declaration) ? [{ part: "source", blob: source } as const] : []),
    ...(copiesTags(declaration) || declaration.tags !== undefined ? [{ part: "destination", blob: destination } as const] : []),
  ];
  for (const { part, blob } of sides) {
    if (blob.sasGrant !== undefined) continue;
    try {
      await blob.getTags({ signal });
    } catch (error) {
      if (error instanceof ServiceError && error.status === 404) continue;
      return {
        part,
        url: blob.url,
        found: "its tags cannot be read",
        failure: explain(error, `Cannot read the tags of the ${part} ${blob.url}`),
      };
    }
  }
  return undefined;
}
