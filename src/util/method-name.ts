import { CopyMethod } from "../intent";

const NAMES: Readonly<Record<CopyMethod, string>> = {
  [CopyMethod.AUTO]: "the best method",
  [CopyMethod.COPY_BLOB]: "Copy Blob",
  [CopyMethod.COPY_BLOB_FROM_URL]: "Copy Blob From URL",
  [CopyMethod.PUT_BLOB_FROM_URL]: "Put Blob From URL",
  [CopyMethod.PUT_BLOCK_FROM_URL]: "Put Block From URL",
  [CopyMethod.PUT_PAGE_FROM_URL]: "Put Page From URL",
  [CopyMethod.APPEND_BLOCK_FROM_URL]: "Append Block From URL",
  [CopyMethod.INCREMENTAL_COPY_BLOB]: "Incremental Copy Blob",
};

/** The name of the REST operation in the service's documentation. */
export function methodName(method: CopyMethod): string {
  return NAMES[method];
}
