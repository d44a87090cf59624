import type { LocationReference } from "../../src/intent";
import { Side, type SideOptions } from "../shapes/side";
import type { BlobPrefixOptions } from "./blob-prefix";
import { BlobSourcePrefix } from "./blob-prefix";
import type { Credential } from "./credential";
import { atUrl, inFileShare, sourceInContainer } from "./places";
import { reportSurplus } from "../shapes/surplus";

/** Options for a source that is given by its URL. */
export interface BlobSourceUrlOptions {
  /**
   * Credential for reading the source.
   * @default - Credential.defaultAzureCredential() for a host of Azure Storage,
   * Credential.anonymous() for any other
   */
  readonly credential?: Credential;
  /**
   * Name of the deploy's environment variable that holds the blob's encryption key
   * (`x-ms-source-encryption-key`): 32 bytes in Base64.
   * @default - none: the blob is not encrypted with a key that comes with each request
   */
  readonly encryptionKeyEnvironment?: string;
}

/** A source in a container: a blob, one of its snapshots, or one of its versions. */
export interface BlobSourceContainerOptions {
  /**
   * Blob service endpoint of the account, such as `account.primaryBlobEndpoint` or
   * `https://account.blob.core.windows.net/`.
   */
  readonly blobEndpoint: string;
  /** Container of the blob, such as `container.name`. */
  readonly containerName: string;
  /**
   * Name of the blob, not URL-encoded: 1 to 1,024 characters, virtual directories separated by `/`.
   */
  readonly blobName: string;
  /**
   * Time stamp of the snapshot to copy, as the service returned it (`x-ms-snapshot`), such as
   * `2026-03-09T01:42:34.9360000Z`.
   * @default - the base blob
   */
  readonly snapshot?: string;
  /**
   * Id of the version to copy, as the service returned it (`x-ms-version-id`), such as
   * `2026-03-09T01:42:34.9360000Z`.
   * @default - the current version
   */
  readonly versionId?: string;
  /**
   * Credential for reading the source.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
  /**
   * Name of the deploy's environment variable that holds the blob's encryption key
   * (`x-ms-source-encryption-key`): 32 bytes in Base64.
   * @default - none: the blob is not encrypted with a key that comes with each request
   */
  readonly encryptionKeyEnvironment?: string;
}

/** A source in an Azure file share. */
export interface BlobSourceFileShareOptions {
  /**
   * File service endpoint of the account, such as `account.primaryFileEndpoint` or
   * `https://account.file.core.windows.net/`.
   */
  readonly fileEndpoint: string;
  /** Name of the share, such as `share.name`. */
  readonly shareName: string;
  /** Path of the file below the share, not URL-encoded, without a leading `/`. */
  readonly filePath: string;
  /**
   * Credential for reading the source.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
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
   * @param url URL without a SAS: it is kept in Terraform's state, so the SAS belongs in
   * `credential`
   * @param options credential and encryption key of the source
   */
  static fromUrl(url: string, options: BlobSourceUrlOptions = {}): BlobSource {
    return new BlobSource(atUrl(url, options));
  }

  /**
   * A blob of any type, a snapshot or a version, by endpoint, container and name.
   *
   * @param options place, credential and encryption key of the source
   */
  static fromContainer(options: BlobSourceContainerOptions): BlobSource {
    return new BlobSource(sourceInContainer(options));
  }

  /**
   * A file in an Azure file share. It becomes a block blob.
   *
   * @param options place and credential of the source
   */
  static fromFileShare(options: BlobSourceFileShareOptions): BlobSource {
    return new BlobSource(inFileShare(options));
  }

  /**
   * All blobs of a container whose names begin with a prefix, as the source of a `BlobCopySet`.
   *
   * @param options place, credential and encryption key of the source
   */
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
