import { speak } from "../framework/language";
import { cloudFormationLanguage } from "./framework/cloudformation-language";

export { BlobCopy } from "./blob-copy";
export { BlobCopySet } from "./blob-copy-set";
export { BlobCopyProvider } from "./provider/blob-copy-provider";
export { type BlobCopyProviderProps } from "./provider/provider-options";
export type { BlobCopyProps } from "./vocabulary/blob-copy-props";
export type { BlobCopySetProps, SetCopyProps } from "./vocabulary/blob-copy-set-props";
export { BlobDestinationPrefix, type BlobPrefixOptions, BlobSourcePrefix } from "./vocabulary/blob-prefix";
export {
  BlobSource,
  type BlobSourceContainerOptions,
  type BlobSourceFileShareOptions,
  type BlobSourceUrlOptions,
} from "./vocabulary/blob-source";
export { BlobDestination, type BlobDestinationContainerOptions, type BlobDestinationUrlOptions } from "./vocabulary/blob-destination";
export { Credential, type StoredCredentialOptions, type WebIdentityOptions } from "./vocabulary/credential";
export type { ICopyResult } from "../vocabulary/copy-result";
export type { BlobConditions, ContentHeaders, CopyOptions, ImmutabilityPolicy, Rehydrate } from "../vocabulary/copy-options";
export {
  AccessTier,
  CopyMethod,
  ImmutabilityMode,
  OverwritePolicy,
  RecopyPolicy,
  RehydratePriority,
  RollbackPolicy,
  SourceGuard,
} from "../../src/intent";

speak(cloudFormationLanguage);
