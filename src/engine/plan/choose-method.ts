import type { CopyDeclaration } from "../../intent";
import { BlobType, CopyMethod } from "../../intent";

const MEBIBYTE = 1024 * 1024;

/** Copy Blob From URL refuses more. */
const LARGEST_COPY_FROM_URL = 256 * MEBIBYTE;
/** Within an account, the size from which a pointer copy beats moving the bytes, even with a restore point before it. */
export const POINTER_COPY_FROM = 8 * MEBIBYTE;
/**
 * The service takes up to 5,000 MiB in one Put Blob From URL, but at the speed of one request; from here on blocks in parallel are
 * many times faster, and leave the destination untouched just as long.
 */
export const LARGEST_PUT_BLOB = 256 * MEBIBYTE;

export interface MethodCircumstances {
  readonly declaration: CopyDeclaration;
  readonly sourceType: BlobType | undefined;
  readonly sourceIsArchived: boolean;
  /** Bytes; undefined when the source does not say. */
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
 * The one place that decides which REST operation copies: in order of preference, the later ones for when the service
 * refuses the earlier.
 *
 * The rule: prefer the method whose failure leaves the destination untouched, then the fewest requests, then the most
 * parallelism. Put Blob From URL and a block list switch the destination over at their end; Copy Blob empties it at its
 * start, so it comes first only where it is a pointer copy, or where nothing else can do it.
 */
export function chooseMethods(circumstances: MethodCircumstances): readonly ChosenMethod[] {
  const { declaration, sourceType, length, sameAccount } = circumstances;
  if (declaration.method !== CopyMethod.AUTO) return [{ method: declaration.method, why: "as declared" }];

  const copyBlob = (why: string): ChosenMethod => ({ method: CopyMethod.COPY_BLOB, why });
  if (circumstances.sourceIsArchived) return [copyBlob("only Copy Blob reads an archived source")];
  if (declaration.rehydratePriority !== undefined) return [copyBlob("only Copy Blob takes a rehydrate priority")];
  if (sourceType === BlobType.PAGE) {
    const pages = { method: CopyMethod.PUT_PAGE_FROM_URL, why: "page blob across accounts: ranges in parallel, empty ones skipped" };
    return sameAccount || !circumstances.wait ? [copyBlob("page blob"), pages] : [pages, copyBlob("page blob")];
  }
  if (sourceType === BlobType.APPEND) {
    const append = { method: CopyMethod.APPEND_BLOCK_FROM_URL, why: "append blob across accounts" };
    return sameAccount || !circumstances.wait ? [copyBlob("append blob"), append] : [append, copyBlob("append blob")];
  }

  const methods: ChosenMethod[] = [];
  if (length === undefined || length <= LARGEST_PUT_BLOB) {
    methods.push({ method: CopyMethod.PUT_BLOB_FROM_URL, why: "one request, and the destination switches over at its end" });
  } else {
    methods.push({
      method: CopyMethod.PUT_BLOCK_FROM_URL,
      why: "large: blocks in parallel, and the destination switches over at the commit",
    });
  }
  if (sourceType === BlobType.BLOCK && length !== undefined && length <= LARGEST_COPY_FROM_URL) {
    methods.push({ method: CopyMethod.COPY_BLOB_FROM_URL, why: "one request, done when it is answered" });
  }
  const pointerCopy = sameAccount && length !== undefined && length >= POINTER_COPY_FROM;
  const last = copyBlob(pointerCopy ? "a pointer copy within the account" : "the service copies asynchronously");
  return pointerCopy || !circumstances.wait ? [last, ...methods] : [...methods, last];
}

/** A failure halfway leaves the destination neither as it was nor complete, so a restore point must come first. */
export function needsRestorePoint(method: CopyMethod, declaration: CopyDeclaration): boolean {
  switch (method) {
    case CopyMethod.PUT_BLOB_FROM_URL:
    case CopyMethod.PUT_BLOCK_FROM_URL:
      return !tagsFitTheHeader(declaration.tags);
    case CopyMethod.COPY_BLOB_FROM_URL:
      return declaration.contentHeaders !== undefined || !tagsFitTheHeader(declaration.tags);
    default:
      return true;
  }
}

/** `x-ms-tags` is limited to 2 KiB, less than ten tags of full length; larger ones are set after the copy. */
export function tagsFitTheHeader(tags: Readonly<Record<string, string>> | undefined): boolean {
  return tags === undefined || new URLSearchParams(tags).toString().length <= 2_048;
}
