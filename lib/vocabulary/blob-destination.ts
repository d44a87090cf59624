import type { LocationReference } from "../../src/intent";
import { Side, type SideOptions } from "../shapes/side";
import type { BlobPrefixOptions } from "./blob-prefix";
import { BlobDestinationPrefix } from "./blob-prefix";
import type { Credential } from "./credential";
import { atUrl, inContainer } from "./places";
import { reportSurplus } from "../shapes/surplus";

/** How to write a destination that is given by its URL. */
export interface BlobDestinationUrlOptions {
  /**
   * How the destination is written.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
  /**
   * Name of the environment variable, where Terraform runs, that holds the key which the blob is to be encrypted with
   * (`x-ms-encryption-key`): 32 bytes in Base64. The service does not keep it: without it, nobody reads the blob. Copy Blob takes no key,
   * so other methods copy, and what they need no restore point for is all that can replace a blob.
   * @default - none: the service encrypts with a key that it has
   */
  readonly encryptionKeyEnvironment?: string;
}

/** A blob that is to be written. */
export interface BlobDestinationContainerOptions {
  /** Blob service endpoint of the account, such as `account.primaryBlobEndpoint` or `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Container that will hold the blob, such as `container.name`. It must exist when the copy starts. */
  readonly containerName: string;
  /** Name of the blob, not URL-encoded: 1 to 1,024 characters, virtual directories separated by `/`. */
  readonly blobName: string;
  /**
   * How the destination is written.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
  /**
   * Name of the environment variable, where Terraform runs, that holds the key which the blob is to be encrypted with
   * (`x-ms-encryption-key`): 32 bytes in Base64. The service does not keep it: without it, nobody reads the blob. Copy Blob takes no key,
   * so other methods copy, and what they need no restore point for is all that can replace a blob.
   * @default - none: the service encrypts with a key that it has
   */
  readonly encryptionKeyEnvironment?: string;
}

/** Where it is copied to: a base blob, never a snapshot or a version. */
export class BlobDestination extends Side<LocationReference, Credential> {
  static {
    reportSurplus(BlobDestination, { fromUrl: 2, fromContainer: 1, fromPrefix: 1 });
  }

  /**
   * A blob by its absolute `http` or `https` URL, without any query.
   *
   * @param url without a SAS: a URL is kept in Terraform's state, so the SAS goes into `credential`
   * @param options how it is written
   */
  static fromUrl(url: string, options: BlobDestinationUrlOptions = {}): BlobDestination {
    return new BlobDestination(atUrl(url, options));
  }

  /**
   * A blob by endpoint, container and name.
   *
   * @param options where it is, and how it is written
   */
  static fromContainer(options: BlobDestinationContainerOptions): BlobDestination {
    return new BlobDestination(inContainer(options));
  }

  /**
   * Where the blobs of a `BlobCopySet` go: its own prefix, and then what their names have after the prefix of the source.
   *
   * @param options where they go, and how they are listed and written
   */
  static fromPrefix(options: BlobPrefixOptions): BlobDestinationPrefix {
    return BlobDestinationPrefix._of(options);
  }

  protected readonly side = "destination";

  /** Without a compiler in between, `new` may be called with nothing; validation tells what is missing then. */
  private constructor(told: SideOptions<LocationReference, Credential> = inContainer(undefined)) {
    super(told);
  }
}
