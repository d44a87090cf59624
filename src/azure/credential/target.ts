import type { Side } from "../../failure/service-error";
import type { BlobUrl } from "../address/blob-url";
import type { Credential } from "./credential";
import type { EncryptionKey } from "./encryption-keys";

/** One side of a copy, as requests address it. */
export interface Target {
  readonly side: Side;
  readonly blob: BlobUrl;
  readonly credential: Credential;
  /** Key with which the blob is, or will be, encrypted. */
  readonly encryptionKey?: EncryptionKey | undefined;
  /** Other credentials of this run for the same account. */
  readonly otherCredentials?: () => readonly Credential[];
}
