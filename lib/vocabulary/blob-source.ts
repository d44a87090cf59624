import type { LocationReference } from "../../src/intent";
import { Side, type SideOptions } from "../shapes/side";
import type { BlobPrefixOptions } from "./blob-prefix";
import { BlobSourcePrefix } from "./blob-prefix";
import type { Credential } from "./credential";
import { atUrl, inFileShare, sourceInContainer } from "./places";
import { reportSurplus } from "../shapes/surplus";

/** How to read a source that is given by its URL. */
export interface BlobSourceUrlOptions {
  /**
   * How the source is read.
   * @default - Credential.defaultAzureCredential() for a host of Azure Storage, Credential.anonymous() for any other
   */
  readonly credential?: Credential;
  /**
   * Name of the environment variable, where Terraform runs, that holds the key which the blob is encrypted with
   * (`x-ms-source-encryption-key`): 32 bytes in Base64.
   * @default - none: the blob is not encrypted with a key that comes with each request
   */
  readonly encryptionKeyEnvironment?: string;
}

/** A blob, one of its snapshots, or one of its versions. */
export interface BlobSourceContainerOptions {
  /** Blob service endpoint of the account, such as `account.primaryBlobEndpoint` or `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Container that holds the blob, such as `container.name`. */
  readonly containerName: string;
  /** Name of the blob, not URL-encoded: 1 to 1,024 characters, virtual directories separated by `/`. */
  readonly blobName: string;
  /**
   * Copies this snapshot: its time stamp as the service returned it (`x-ms-snapshot`), such as `2026-03-09T01:42:34.9360000Z`.
   * @default - the base blob
   */
  readonly snapshot?: string;
  /**
   * Copies this version: its id as the service returned it (`x-ms-version-id`), such as `2026-03-09T01:42:34.9360000Z`.
   * @default - the current version
   */
  readonly versionId?: string;
  /**
   * How the source is read.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
  /**
   * Name of the environment variable, where Terraform runs, that holds the key which the blob is encrypted with
   * (`x-ms-source-encryption-key`): 32 bytes in Base64.
   * @default - none: the blob is not encrypted with a key that comes with each request
   */
  readonly encryptionKeyEnvironment?: string;
}

/** A file in an Azure file share. */
export interface BlobSourceFileShareOptions {
  /** File service endpoint of the account, such as `account.primaryFileEndpoint` or `https://account.file.core.windows.net/`. */
  readonly fileEndpoint: string;
  /** Name of the share, such as `share.name`. */
  readonly shareName: string;
  /** Path of the file below the share, not URL-encoded, without a leading `/`. */
  readonly filePath: string;
  /**
   * How the source is read.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
}

/** What is copied (the service's *copy source*). */
export class BlobSource extends Side<LocationReference, Credential> {
  static {
    reportSurplus(BlobSource, { fromUrl: 2, fromContainer: 1, fromFileShare: 1, fromPrefix: 1 });
  }

  /**
   * Anything that answers GET at an absolute `http` or `https` URL. A blob's URL may carry `snapshot` or `versionid`.
   *
   * @param url without a SAS: a URL is kept in Terraform's state, so the SAS goes into `credential`
   * @param options how it is read
   */
  static fromUrl(url: string, options: BlobSourceUrlOptions = {}): BlobSource {
    return new BlobSource(atUrl(url, options));
  }

  /**
   * A blob of any type, a snapshot or a version, by endpoint, container and name.
   *
   * @param options where it is, and how it is read
   */
  static fromContainer(options: BlobSourceContainerOptions): BlobSource {
    return new BlobSource(sourceInContainer(options));
  }

  /**
   * A file in an Azure file share. It becomes a block blob.
   *
   * @param options where it is, and how it is read
   */
  static fromFileShare(options: BlobSourceFileShareOptions): BlobSource {
    return new BlobSource(inFileShare(options));
  }

  /**
   * All blobs of a container whose names begin alike, for a `BlobCopySet`.
   *
   * @param options where they are, and how they are listed and read
   */
  static fromPrefix(options: BlobPrefixOptions): BlobSourcePrefix {
    return BlobSourcePrefix._of(options);
  }

  protected readonly side = "source";

  /** Without a compiler in between, `new` may be called with nothing; validation tells what is missing then. */
  private constructor(told: SideOptions<LocationReference, Credential> = sourceInContainer(undefined)) {
    super(told);
  }
}
