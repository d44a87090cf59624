import type { LocationReference } from "../../../src/intent";
import { Side, type SideOptions } from "../../shapes/side";
import type { BlobPrefixOptions } from "./blob-prefix";
import { BlobDestinationPrefix } from "./blob-prefix";
import type { Credential } from "./credential";
import { atUrl, inContainer } from "./places";
import { reportSurplus } from "../../shapes/surplus";

/** How to write a destination. */
export interface BlobDestinationUrlOptions {
  /** How the destination is written. */
  readonly credential: Credential;
}

/** A blob that is to be written. */
export interface BlobDestinationContainerOptions extends BlobDestinationUrlOptions {
  /** Blob service endpoint of the account, such as `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Container that will hold the blob; it must exist when the copy starts. */
  readonly containerName: string;
  /** Name of the blob, not URL-encoded: 1 to 1,024 characters, virtual directories separated by `/`. */
  readonly blobName: string;
}

/** Where it is copied to: a base blob, never a snapshot or a version. */
export class BlobDestination extends Side<LocationReference, Credential> {
  static {
    reportSurplus(BlobDestination, { fromUrl: 2, fromContainer: 1, fromPrefix: 1 });
  }

  /**
   * A blob by its absolute `http` or `https` URL, without any query.
   *
   * @param url without a SAS: a URL is in the template, so the SAS goes into `credential`
   */
  static fromUrl(url: string, options: BlobDestinationUrlOptions): BlobDestination {
    return new BlobDestination(atUrl(url, options));
  }

  /** A blob by endpoint, container and name. */
  static fromContainer(options: BlobDestinationContainerOptions): BlobDestination {
    return new BlobDestination(inContainer(options));
  }

  /** Everything whose name begins alike, for a `BlobCopySet`. */
  static fromPrefix(options: BlobPrefixOptions): BlobDestinationPrefix {
    return BlobDestinationPrefix._of(options);
  }

  protected readonly side = "destination";

  /** Without a compiler in between, `new` may be called with nothing; validation tells what is missing then. */
  private constructor(told: SideOptions<LocationReference, Credential> = inContainer(undefined)) {
    super(told);
  }
}
