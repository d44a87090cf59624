import type { LocationReference } from "../../src/intent";
import { Side, type SideOptions } from "../shapes/side";
import type { BlobPrefixOptions } from "./blob-prefix";
import { BlobDestinationPrefix } from "./blob-prefix";
import type { Credential } from "./credential";
import { atUrl, inContainer } from "./places";
import { reportSurplus } from "../shapes/surplus";

/** Options for a destination that is given by its URL. */
export interface BlobDestinationUrlOptions {
  /**
   * Credential for writing the destination.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
  /**
   * Name of the deploy's environment variable that holds the key for encrypting the blob
   * (`x-ms-encryption-key`): 32 bytes in Base64. The service does not keep the key, and the blob
   * cannot be read without it. Copy Blob does not take a key, so other methods copy. An existing
   * blob can be replaced only by a method that does not need a restore point.
   * @default - none: the service encrypts with a key that it has
   */
  readonly encryptionKeyEnvironment?: string;
}

/** A destination blob, by endpoint, container and name. */
export interface BlobDestinationContainerOptions {
  /**
   * Blob service endpoint of the account, such as `account.primaryBlobEndpoint` or
   * `https://account.blob.core.windows.net/`.
   */
  readonly blobEndpoint: string;
  /** Container for the blob, such as `container.name`. It must exist when the copy starts. */
  readonly containerName: string;
  /**
   * Name of the blob, not URL-encoded: 1 to 1,024 characters, virtual directories separated by `/`.
   */
  readonly blobName: string;
  /**
   * Credential for writing the destination.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
  /**
   * Name of the deploy's environment variable that holds the key for encrypting the blob
   * (`x-ms-encryption-key`): 32 bytes in Base64. The service does not keep the key, and the blob
   * cannot be read without it. Copy Blob does not take a key, so other methods copy. An existing
   * blob can be replaced only by a method that does not need a restore point.
   * @default - none: the service encrypts with a key that it has
   */
  readonly encryptionKeyEnvironment?: string;
}

/** Destination of a copy: a base blob, never a snapshot or a version. */
export class BlobDestination extends Side<LocationReference, Credential> {
  static {
    reportSurplus(BlobDestination, { fromUrl: 2, fromContainer: 1, fromPrefix: 1 });
  }

  /**
   * A blob by its absolute `http` or `https` URL, without any query.
   *
   * @param url URL without a SAS: it is kept in Terraform's state, so the SAS belongs in
   * `credential`
   * @param options credential and encryption key of the destination
   */
  static fromUrl(url: string, options: BlobDestinationUrlOptions = {}): BlobDestination {
    return new BlobDestination(atUrl(url, options));
  }

  /**
   * A blob by endpoint, container and name.
   *
   * @param options place, credential and encryption key of the destination
   */
  static fromContainer(options: BlobDestinationContainerOptions): BlobDestination {
    return new BlobDestination(inContainer(options));
  }

  /**
   * All names below a prefix, as the destination of a `BlobCopySet`. A blob's name is this prefix,
   * followed by the rest of the name after the prefix of the source.
   *
   * @param options place, credential and encryption key of the destination
   */
  static fromPrefix(options: BlobPrefixOptions): BlobDestinationPrefix {
    return BlobDestinationPrefix._of(options);
  }

  protected readonly side = "destination";

  /**
   * Without a type checker, `new` may be called without arguments. Validation then reports the
   * missing values.
   */
  private constructor(told: SideOptions<LocationReference, Credential> = inContainer(undefined)) {
    super(told);
  }
}
