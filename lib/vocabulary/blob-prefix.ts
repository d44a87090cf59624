import type { PrefixReference } from "../../src/intent";
import { Side } from "../shapes/side";
import type { Credential } from "./credential";
import { underPrefix } from "./places";

/** Where the names of a set's blobs begin. */
export interface BlobPrefixOptions {
  /** Blob service endpoint of the account, such as `account.primaryBlobEndpoint` or `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Container, such as `container.name`. That of the destination must exist when the copies start. */
  readonly containerName: string;
  /**
   * What the names begin with, not URL-encoded. It is text: for a virtual directory it ends in `/`, or the name goes on right after it.
   * @default - the whole container
   */
  readonly prefix?: string;
  /**
   * How the source is listed and read, or the destination listed and written. A SAS needs the list permission, too.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
  /**
   * Name of the environment variable, where Terraform runs, that holds the key which each of the blobs is, or is to be, encrypted with:
   * 32 bytes in Base64.
   * @default - none
   */
  readonly encryptionKeyEnvironment?: string;
}

/** One side of a copy set: everything whose name begins alike. */
abstract class BlobPrefix extends Side<PrefixReference, Credential> {
  /** @param options where the blobs are, and how they are listed */
  protected constructor(options: BlobPrefixOptions) {
    super(underPrefix(options));
  }
}

/** What a copy set copies from: made with `BlobSource.fromPrefix`. */
export class BlobSourcePrefix extends BlobPrefix {
  /** @internal */
  static _of(options: BlobPrefixOptions): BlobSourcePrefix {
    return new BlobSourcePrefix(options);
  }

  protected readonly side = "source prefix";
}

/** What a copy set copies to: made with `BlobDestination.fromPrefix`. */
export class BlobDestinationPrefix extends BlobPrefix {
  /** @internal */
  static _of(options: BlobPrefixOptions): BlobDestinationPrefix {
    return new BlobDestinationPrefix(options);
  }

  protected readonly side = "destination prefix";
}
