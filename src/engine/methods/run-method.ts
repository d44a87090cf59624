import { CopyMethod } from "../../intent";
import { copyByAppending } from "./append-blocks";
import { copyByBlocks } from "./blocks";
import { startCopyBlob } from "./copy-blob";
import { copyFromUrl } from "./from-url";
import { startIncrementalCopy } from "./incremental-copy-blob";
import { copyByPages } from "./pages";
import type { MethodResult, MethodRun } from "./run/method-run";

/** Runs one copy method; asynchronous copies are only started. */
export async function runMethod(method: CopyMethod, run: MethodRun): Promise<MethodResult> {
  switch (method) {
    case CopyMethod.PUT_BLOB_FROM_URL:
    case CopyMethod.COPY_BLOB_FROM_URL:
      return copyFromUrl(run, method);
    case CopyMethod.PUT_BLOCK_FROM_URL:
      return copyByBlocks(run);
    case CopyMethod.PUT_PAGE_FROM_URL:
      return copyByPages(run);
    case CopyMethod.APPEND_BLOCK_FROM_URL:
      return copyByAppending(run);
    case CopyMethod.INCREMENTAL_COPY_BLOB:
      return startIncrementalCopy(run);
    case CopyMethod.COPY_BLOB:
    case CopyMethod.AUTO:
      return startCopyBlob(run);
  }
}
