import type { LocationReference } from "../../../src/intent";
import { Side, type SideOptions } from "../../shapes/side";
import type { BlobPrefixOptions } from "./blob-prefix";
import { BlobDestinationPrefix } from "./blob-prefix";
import type { Credential } from "./credential";
import { atUrl, inContainer } from "./places";
import { reportSurplus } from "../../shapes/surplus";

/** Options for writing a destination. */
export interface BlobDestinationUrlOptions {
  /** Credential for writing the destination. */
  readonly credential: Credential;
}

/** A destination blob, by endpoint, container and name. */
export interface BlobDestinationContainerOptions extends BlobDestinationUrlOptions {
  /** Blob service endpoint of the account, such as `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Container for the blob. It must exist when the copy starts. */
  readonly containerName: string;
  /**
   * Name of the blob, not URL-encoded: 1 to 1,024 characters, virtual directories separated by `/`.
   */
  readonly blobName: string;
}

/** Destination of a copy: a base blob, never a snapshot or a version. */
export class BlobDestination extends Side<LocationReference, Credential> {
  static {
    reportSurplus(BlobDestination, { fromUrl: 2, fromContainer: 1, fromPrefix: 1 });
  }

  /**
   * A blob by its absolute `http` or `https` URL, without any query.
   *
   * @param url URL without a SAS: it is readable in the template, so the SAS belongs in
   * `credential`
   */
  static fromUrl(url: string, options: BlobDestinationUrlOptions): BlobDestination {
    return new BlobDestination(atUrl(url, options));
  }

  /** A blob by endpoint, container and name. */
  static fromContainer(options: BlobDestinationContainerOptions): BlobDestination {
    return new BlobDestination(inContainer(options));
  }

  /** All names below a prefix, as the destination of a `BlobCopySet`. */
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
