import type { LocationReference } from "../../../src/intent";
import { Side, type SideOptions } from "../../shapes/side";
import type { BlobPrefixOptions } from "./blob-prefix";
import { BlobSourcePrefix } from "./blob-prefix";
import type { Credential } from "./credential";
import { atUrl, inFileShare, sourceInContainer } from "./places";
import { reportSurplus } from "../../shapes/surplus";

/** Options for reading a source. */
export interface BlobSourceUrlOptions {
  /**
   * Credential for reading the source.
   * @default Credential.anonymous()
   */
  readonly credential?: Credential;
}

/** A source in a container: a blob, one of its snapshots, or one of its versions. */
export interface BlobSourceContainerOptions extends BlobSourceUrlOptions {
  /** Blob service endpoint of the account, such as `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Container of the blob. */
  readonly containerName: string;
  /**
   * Name of the blob, not URL-encoded: 1 to 1,024 characters, virtual directories separated by `/`.
   */
  readonly blobName: string;
  /**
   * Time stamp of the snapshot to copy, as the service returned it (`x-ms-snapshot`).
   * @default - the base blob
   */
  readonly snapshot?: string;
  /**
   * Id of the version to copy, as the service returned it (`x-ms-version-id`).
   * @default - the current version
   */
  readonly versionId?: string;
}

/** A source in an Azure file share. */
export interface BlobSourceFileShareOptions extends BlobSourceUrlOptions {
  /** File service endpoint of the account, such as `https://account.file.core.windows.net/`. */
  readonly fileEndpoint: string;
  /** Name of the share. */
  readonly shareName: string;
  /** Path of the file below the share, not URL-encoded, without a leading `/`. */
  readonly filePath: string;
}

/** Source of a copy (the service's *copy source*). */
export class BlobSource extends Side<LocationReference, Credential> {
  static {
    reportSurplus(BlobSource, { fromUrl: 2, fromContainer: 1, fromFileShare: 1, fromPrefix: 1 });
  }

  /**
   * Any resource that answers GET at an absolute `http` or `https` URL. A blob's URL may contain
   * `snapshot` or `versionid`.
   *
   * @param url URL without a SAS: it is readable in the template, so the SAS belongs in
   * `credential`
   */
  static fromUrl(url: string, options: BlobSourceUrlOptions = {}): BlobSource {
    return new BlobSource(atUrl(url, options));
  }

  /** A blob of any type, a snapshot or a version, by endpoint, container and name. */
  static fromContainer(options: BlobSourceContainerOptions): BlobSource {
    return new BlobSource(sourceInContainer(options));
  }

  /** A file in an Azure file share. It becomes a block blob. */
  static fromFileShare(options: BlobSourceFileShareOptions): BlobSource {
    return new BlobSource(inFileShare(options));
  }

  /** All blobs below a prefix, as the source of a `BlobCopySet`. */
  static fromPrefix(options: BlobPrefixOptions): BlobSourcePrefix {
    return BlobSourcePrefix._of(options);
  }

  protected readonly side = "source";

  /**
   * Without a type checker, `new` may be called without arguments. Validation then reports the
   * missing values.
   */
  private constructor(told: SideOptions<LocationReference, Credential> = sourceInContainer(undefined)) {
    super(told);
  }
}
