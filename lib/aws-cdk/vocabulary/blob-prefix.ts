import type { PrefixReference } from "../../../src/intent";
import { Side } from "../../shapes/side";
import type { Credential } from "./credential";
import { underPrefix } from "./places";

/** Options for one side of a set: a container, and the prefix of its blobs' names. */
export interface BlobPrefixOptions {
  /** Blob service endpoint of the account, such as `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Name of the container. The destination's container must exist when the copies start. */
  readonly containerName: string;
  /**
   * Text at the start of the names, not URL-encoded. The rest of a name follows it directly, so end
   * it with `/` for a virtual directory.
   * @default - the whole container
   */
  readonly prefix?: string;
  /**
   * Credential for listing and reading the source, or for listing and writing the destination. A
   * SAS also needs the list permission.
   * @default Credential.anonymous() for a source; a destination must have one
   */
  readonly credential?: Credential;
}

/** One side of a copy set: all blobs below a prefix. */
abstract class BlobPrefix extends Side<PrefixReference, Credential> {
  protected constructor(options: BlobPrefixOptions) {
    super(underPrefix(options));
  }
}

/** Source of a copy set, made with `BlobSource.fromPrefix`. */
export class BlobSourcePrefix extends BlobPrefix {
  /** @internal */
  static _of(options: BlobPrefixOptions): BlobSourcePrefix {
    return new BlobSourcePrefix(options);
  }

  protected readonly side = "source prefix";
}

/** Destination of a copy set, made with `BlobDestination.fromPrefix`. */
export class BlobDestinationPrefix extends BlobPrefix {
  /** @internal */
  static _of(options: BlobPrefixOptions): BlobDestinationPrefix {
    return new BlobDestinationPrefix(options);
  }

  protected readonly side = "destination prefix";
}
