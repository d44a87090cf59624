import type { CopyDeclaration } from "../../intent";
import { BlobType, CopyMethod, ENCRYPTION_KEY, keysAreBeyond, optionsBeyond } from "../../intent";
import { MAX_COPY_FROM_URL, MAX_PUT_BLOB, MAX_PUT_BLOB_REQUEST, MIN_POINTER_COPY, needsSteps, resultingType } from "../methods/run/traits";
import { noMethodDoes } from "./refusal";

export interface MethodCircumstances {
  readonly declaration: CopyDeclaration;
  readonly sourceType: BlobType | undefined;
  readonly sourceIsArchived: boolean;
  /** undefined where the source could not be inspected. */
  readonly sourceMetadata?: Readonly<Record<string, string>> | undefined;
  /** Bytes; undefined when the source does not report it. */
  readonly length: number | undefined;
  readonly sameAccount: boolean;
  /** false: the caller wants the copy started, not finished. */
  readonly wait: boolean;
}

export interface ChosenMethod {
  readonly method: CopyMethod;
  /** A clause for the user: "because …". */
  readonly why: string;
}

/**
 * The one place that decides which REST operation copies. Returns methods in order of preference; a
 * later one is tried when the service refuses the earlier one.
 *
 * The rule: prefer the method whose failure leaves the destination untouched, then the fewest
 * requests, then the most parallelism. Put Blob From URL and a block list switch the destination
 * over at their end. Copy Blob empties it at its start, so it comes first only where it is a
 * pointer copy, or where no other method can copy. A method that cannot do everything declared is
 * left out.
 *
 * @throws CopyFailure where no method for such a source can do everything declared
 */
export function chooseMethods(circumstances: MethodCircumstances): readonly ChosenMethod[] {
  const { wait } = circumstances;
  const preferred = preferredMethods(circumstances);
  const [first] = preferred;
  if (first === undefined) return [];
  const beyond = beyondMethod(first.method, circumstances);
  const [able, ...others] = preferred.filter(({ method }) => beyondMethod(method, circumstances).length === 0);
  if (able !== undefined) return beyond.length === 0 ? [able, ...others] : [{ ...able, why: `it can do ${beyond.join(", ")}` }, ...others];
  if (!wait && beyondMethod(CopyMethod.COPY_BLOB, circumstances).length === 0) return [];
  throw noMethodDoes(beyond);
}

/** Declared options that the method cannot apply, at least not with this source. */
function beyondMethod(method: CopyMethod, { declaration, sourceType }: MethodCircumstances): readonly string[] {
  const isNoAppendBlob = declaration.seal === true && resultingType(method, sourceType) !== BlobType.APPEND;
  const beyond = [...optionsBeyond(method, declaration), ...(keysAreBeyond(method, declaration) ? [ENCRYPTION_KEY] : [])];
  return isNoAppendBlob ? [...new Set([...beyond, "seal"])] : beyond;
}

function preferredMethods(circumstances: MethodCircumstances): readonly ChosenMethod[] {
  const { declaration, sourceType, sourceMetadata: metadata, length, sameAccount } = circumstances;
  const copyBlob = (why: string): ChosenMethod => ({ method: CopyMethod.COPY_BLOB, why });
  // Options that are set after the copy's end would never be set on a copy that is left pending.
  const mayBeLeft = !circumstances.wait && !needsSteps(CopyMethod.COPY_BLOB, declaration, metadata && { metadata });
  const onlyCopyBlob = (why: string) => (circumstances.wait || mayBeLeft ? [copyBlob(why)] : []);
  if (declaration.method === CopyMethod.COPY_BLOB) return sameAccount ? [copyBlob("as declared")] : onlyCopyBlob("as declared");
  if (declaration.method !== CopyMethod.AUTO) return [{ method: declaration.method, why: "as declared" }];

  if (circumstances.sourceIsArchived) return onlyCopyBlob("only Copy Blob reads an archived source");
  if (sourceType === BlobType.PAGE) {
    const pages = { method: CopyMethod.PUT_PAGE_FROM_URL, why: "page blob across accounts: ranges in parallel, empty ones skipped" };
    return (sameAccount && circumstances.wait) || mayBeLeft ? [copyBlob("page blob"), pages] : [pages, copyBlob("page blob")];
  }
  if (sourceType === BlobType.APPEND) {
    const append = { method: CopyMethod.APPEND_BLOCK_FROM_URL, why: "append blob across accounts" };
    return (sameAccount && circumstances.wait) || mayBeLeft ? [copyBlob("append blob"), append] : [append, copyBlob("append blob")];
  }

  const methods: ChosenMethod[] = [];
  if (length === undefined || length <= MAX_PUT_BLOB) {
    methods.push({ method: CopyMethod.PUT_BLOB_FROM_URL, why: "one request, and the destination switches over at its end" });
  } else {
    methods.push({
      method: CopyMethod.PUT_BLOCK_FROM_URL,
      why: "large: blocks in parallel, and the destination switches over at the commit",
    });
    if (length <= MAX_PUT_BLOB_REQUEST)
      methods.push({ method: CopyMethod.PUT_BLOB_FROM_URL, why: "one request, and the destination switches over at its end" });
  }
  if (sourceType === BlobType.BLOCK && length !== undefined && length <= MAX_COPY_FROM_URL) {
    methods.push({ method: CopyMethod.COPY_BLOB_FROM_URL, why: "one request, done when it is answered" });
  }
  const pointerCopy = sameAccount && length !== undefined && length >= MIN_POINTER_COPY;
  const last = copyBlob(pointerCopy ? "a pointer copy within the account" : "the service copies asynchronously");
  if (!circumstances.wait) return mayBeLeft ? [last, ...methods] : methods;
  return pointerCopy ? [last, ...methods] : [...methods, last];
}
