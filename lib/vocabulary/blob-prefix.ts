import type { PrefixReference } from "../../src/intent";
import type { Credential } from "./credential";

/** Where the names of a set's blobs begin. */
export interface BlobPrefixOptions {
  /** Blob service endpoint of the account, such as `account.primaryBlobEndpoint` or `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Container, such as `container.name`; that of the destination must exist when the copies start. */
  readonly containerName: string;
  /**
   * What the names begin with, not URL-encoded. It is text: for a virtual directory it ends in `/`, or the name goes on right after it.
   * @default - the whole container
   */
  readonly prefix?: string;
  /**
   * How the source is listed and read, or the destination listed and written; a SAS needs the list permission, too.
   * @default Credential.defaultAzureCredential()
   */
  readonly credential?: Credential;
}

/** What a copy set copies from: made with `BlobSource.fromPrefix`. */
export class BlobSourcePrefix {
  /** @internal */
  static _of(options: BlobPrefixOptions): BlobSourcePrefix {
    return new BlobSourcePrefix(placeOf(options), options.credential);
  }

  /** Tells the compiler that a source is no destination, though both are places. */
  protected readonly side = "source prefix";

  private constructor(
    /** @internal */
    readonly _place: PrefixReference,
    /** @internal */
    readonly _credential: Credential | undefined,
  ) {}
}

/** What a copy set copies to: made with `BlobDestination.fromPrefix`. */
export class BlobDestinationPrefix {
  /** @internal */
  static _of(options: BlobPrefixOptions): BlobDestinationPrefix {
    return new BlobDestinationPrefix(placeOf(options), options.credential);
  }

  /** Tells the compiler that a destination is no source, though both are places. */
  protected readonly side = "destination prefix";

  private constructor(
    /** @internal */
    readonly _place: PrefixReference,
    /** @internal */
    readonly _credential: Credential | undefined,
  ) {}
}

function placeOf({ blobEndpoint, containerName, prefix = "" }: BlobPrefixOptions): PrefixReference {
  return { blobEndpoint, containerName, prefix };
}
