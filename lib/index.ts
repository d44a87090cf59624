import { speak } from "./framework/language";
import { terraformLanguage } from "./framework/terraform-language";

export { BlobCopy } from "./blob-copy";
export { BlobCopyConfig } from "./vocabulary/blob-copy-config";
export { BlobCopySet } from "./blob-copy-set";
export { BlobCopySetConfig } from "./vocabulary/blob-copy-set-config";
export { SetCopyConfig } from "./vocabulary/set-copy-config";
export { ICopyResult } from "./vocabulary/copy-result";
export { BlobDestinationPrefix, BlobPrefixOptions, BlobSourcePrefix } from "./vocabulary/blob-prefix";
export { BlobSource, BlobSourceContainerOptions, BlobSourceFileShareOptions, BlobSourceUrlOptions } from "./vocabulary/blob-source";
export { BlobDestination, BlobDestinationContainerOptions, BlobDestinationUrlOptions } from "./vocabulary/blob-destination";
export {
  AccountKeyOptions,
  AzureCliOptions,
  ManagedIdentityOptions,
  ServicePrincipalOptions,
  WorkloadIdentityOptions,
} from "./vocabulary/credential-options";
export { Credential } from "./vocabulary/credential";
export { BlobConditions, ContentHeaders, CopyOptions, ImmutabilityPolicy, Rehydrate } from "./vocabulary/copy-options";
export {
  AccessTier,
  CopyMethod,
  DestroyPolicy,
  ImmutabilityMode,
  OverwritePolicy,
  RecopyPolicy,
  RehydratePriority,
  RollbackPolicy,
  SourceGuard,
} from "../src/intent";

speak(terraformLanguage);
