import type { LocationReference } from "../../../src/intent";
import { problemsOfKey } from "./no-encryption-key";
import { atUrl, inContainer, type Side } from "../../vocabulary/places";
import type { BlobPrefixOptions } from "./blob-prefix";
import { BlobDestinationPrefix } from "./blob-prefix";
import type { Credential } from "./credential";

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
export class BlobDestination {
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

  /** Tells the compiler that a destination is no source, though both are places. */
  protected readonly side = "destination";
  /** @internal */
  readonly _place: LocationReference;
  /** @internal */
  readonly _credential: Credential | undefined;
  /** @internal */
  readonly _problems: readonly string[];

  private constructor({ _place, _credential, _encryptionKey, _problems }: Side<LocationReference>) {
    this._place = _place;
    // The factories took it as what the options have.
    this._credential = _credential as Credential | undefined;
    this._problems = [..._problems, ...problemsOfKey(_encryptionKey)];
  }
}
