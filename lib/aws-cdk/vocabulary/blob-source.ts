import type { LocationReference } from "../../../src/intent";
import { Side, type SideOptions } from "../../shapes/side";
import type { BlobPrefixOptions } from "./blob-prefix";
import { BlobSourcePrefix } from "./blob-prefix";
import type { Credential } from "./credential";
import { atUrl, inFileShare, sourceInContainer } from "./places";
import { reportSurplus } from "../../shapes/surplus";

/** How to read a source. */
export interface BlobSourceUrlOptions {
  /**
   * How the source is read.
   * @default Credential.anonymous()
   */
  readonly credential?: Credential;
}

/** A blob, one of its snapshots, or one of its versions. */
export interface BlobSourceContainerOptions extends BlobSourceUrlOptions {
  /** Blob service endpoint of the account, such as `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Container that holds the blob. */
  readonly containerName: string;
  /** Name of the blob, not URL-encoded: 1 to 1,024 characters, virtual directories separated by `/`. */
  readonly blobName: string;
  /**
   * Copies this snapshot: its time stamp as the service returned it (`x-ms-snapshot`).
   * @default - the base blob
   */
  readonly snapshot?: string;
  /**
   * Copies this version: its id as the service returned it (`x-ms-version-id`).
   * @default - the current version
   */
  readonly versionId?: string;
}

/** A file in an Azure file share. */
export interface BlobSourceFileShareOptions extends BlobSourceUrlOptions {
  /** File service endpoint of the account, such as `https://account.file.core.windows.net/`. */
  readonly fileEndpoint: string;
  /** Name of the share. */
  readonly shareName: string;
  /** Path of the file below the share, not URL-encoded, without a leading `/`. */
  readonly filePath: string;
}

/** What is copied (the service's *copy source*). */
export class BlobSource extends Side<LocationReference, Credential> {
  static {
    reportSurplus(BlobSource, { fromUrl: 2, fromContainer: 1, fromFileShare: 1, fromPrefix: 1 });
  }

  /**
   * Anything that answers GET at an absolute `http` or `https` URL; a blob's URL may carry `snapshot` or `versionid`.
   *
   * @param url without a SAS: a URL is in the template, so the SAS goes into `credential`
   */
  static fromUrl(url: string, options: BlobSourceUrlOptions = {}): BlobSource {
    return new BlobSource(atUrl(url, options));
  }

  /** A blob of any type, a snapshot or a version, by endpoint, container and name. */
  static fromContainer(options: BlobSourceContainerOptions): BlobSource {
    return new BlobSource(sourceInContainer(options));
  }

  /** A file in an Azure file share; it becomes a block blob. */
  static fromFileShare(options: BlobSourceFileShareOptions): BlobSource {
    return new BlobSource(inFileShare(options));
  }

  /** Everything whose name begins alike, for a `BlobCopySet`. */
  static fromPrefix(options: BlobPrefixOptions): BlobSourcePrefix {
    return BlobSourcePrefix._of(options);
  }

  protected readonly side = "source";

  /** Without a compiler in between, `new` may be called with nothing; validation tells what is missing then. */
  private constructor(told: SideOptions<LocationReference, Credential> = sourceInContainer(undefined)) {
    super(told);
  }
}
