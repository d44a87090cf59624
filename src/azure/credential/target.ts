import type { Side } from "../../failure/service-error";
import type { BlobUrl } from "../address/blob-url";
import type { Credential } from "./credential";
import type { EncryptionKey } from "./encryption-keys";

/** One side of a copy, as requests address it. */
export interface Target {
  readonly side: Side;
  readonly blob: BlobUrl;
  readonly credential: Credential;
  /** That the blob is encrypted with, or is to be. */
  readonly encryptionKey?: EncryptionKey | undefined;
  /** Other credentials for the same account that this run has. */
  readonly otherCredentials?: () => readonly Credential[];
}
