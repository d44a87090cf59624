import type { LocationReference } from "../../src/intent";
import { LocationKind } from "../../src/intent";
import type { BlobPrefixOptions } from "./blob-prefix";
import { BlobDestinationPrefix } from "./blob-prefix";
import type { Credential } from "./credential";

/** How to write a destination that is given by its URL. */
export interface BlobDestinationUrlOptions {
  /**
   * How the destination is written.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
}

/** A blob that is to be written. */
export interface BlobDestinationContainerOptions {
  /** Blob service endpoint of the account, such as `account.primaryBlobEndpoint` or `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Container that will hold the blob, such as `container.name`; it must exist when the copy starts. */
  readonly containerName: string;
  /** Name of the blob, not URL-encoded: 1 to 1,024 characters, virtual directories separated by `/`. */
  readonly blobName: string;
  /**
   * How the destination is written.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
}

/** Where it is copied to: a base blob, never a snapshot or a version. */
export class BlobDestination {
  /**
   * A blob by its absolute `http` or `https` URL, without any query.
   *
   * @param url without a SAS: a URL is kept in Terraform's state, so the SAS goes into `credential`
   */
  static fromUrl(url: string, options: BlobDestinationUrlOptions = {}): BlobDestination {
    return new BlobDestination({ kind: LocationKind.URL, url }, options.credential);
  }

  /** A blob by endpoint, container and name. */
  static fromContainer(options: BlobDestinationContainerOptions): BlobDestination {
    const { credential, ...place } = options;
    return new BlobDestination({ kind: LocationKind.BLOB, ...place }, credential);
  }

  /** Where the blobs of a `BlobCopySet` go: its own prefix, and then what their names have after the prefix of the source. */
  static fromPrefix(options: BlobPrefixOptions): BlobDestinationPrefix {
    return BlobDestinationPrefix._of(options);
  }

  /** Tells the compiler that a destination is no source, though both are places. */
  protected readonly side = "destination";

  private constructor(
    /** @internal */
    readonly _place: LocationReference,
    /** @internal */
    readonly _credential: Credential | undefined,
  ) {}
}
