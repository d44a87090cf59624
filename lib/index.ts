export { BlobCopy } from "./blob-copy";
export { BlobCopyConfig } from "./blob-copy-config";
export { BlobCopySet } from "./blob-copy-set";
export { BlobCopySetConfig } from "./blob-copy-set-config";
export { SetCopyConfig } from "./set-copy-config";
export { CopyOptions } from "./copy-options";
export { ICopyResult } from "./copy-result";
export { BlobDestinationPrefix, BlobPrefixOptions, BlobSourcePrefix } from "./blob-prefix";
export { BlobSource, BlobSourceContainerOptions, BlobSourceFileShareOptions, BlobSourceUrlOptions } from "./blob-source";
export { BlobDestination, BlobDestinationContainerOptions, BlobDestinationUrlOptions } from "./blob-destination";
export { AccountKeyOptions, Credential } from "./credential";
export { BlobConditions } from "./blob-conditions";
export { ContentHeaders } from "./content-headers";
export {
  AccessTier,
  CopyMethod,
  DestroyPolicy,
  OverwritePolicy,
  RecopyPolicy,
  RehydratePriority,
  RollbackPolicy,
  SourceGuard,
} from "../src/intent";
