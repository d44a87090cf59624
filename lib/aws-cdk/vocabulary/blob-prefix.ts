import type { PrefixReference } from "../../../src/intent";
import { type Side, underPrefix } from "../../vocabulary/places";
import type { Credential } from "./credential";
import { problemsOfKey } from "./no-encryption-key";

/** Where the names of a set's blobs begin. */
export interface BlobPrefixOptions {
  /** Blob service endpoint of the account, such as `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  /** Container; that of the destination must exist when the copies start. */
  readonly containerName: string;
  /**
   * What the names begin with, not URL-encoded. It is text: for a virtual directory it ends in `/`, or the name goes on right after it.
   * @default - the whole container
   */
  readonly prefix?: string;
  /**
   * How the source is listed and read, or the destination listed and written; a SAS needs the list permission, too.
   * @default Credential.anonymous() for a source; a destination must have one
   */
  readonly credential?: Credential;
}

/** What a copy set copies from: made with `BlobSource.fromPrefix`. */
export class BlobSourcePrefix {
  /** @internal */
  static _of(options: BlobPrefixOptions): BlobSourcePrefix {
    return new BlobSourcePrefix(underPrefix(options));
  }

  /** Tells the compiler the two sides apart, which are alike otherwise. */
  protected readonly side = "source prefix";
  /** @internal */
  readonly _place: PrefixReference;
  /** @internal */
  readonly _credential: Credential | undefined;
  /** @internal */
  readonly _problems: readonly string[];

  private constructor({ _place, _credential, _encryptionKey, _problems }: Side<PrefixReference>) {
    this._place = _place;
    // The factories took it as what the options have.
    this._credential = _credential as Credential | undefined;
    this._problems = [..._problems, ...problemsOfKey(_encryptionKey)];
  }
}

/** What a copy set copies to: made with `BlobDestination.fromPrefix`. */
export class BlobDestinationPrefix {
  /** @internal */
  static _of(options: BlobPrefixOptions): BlobDestinationPrefix {
    return new BlobDestinationPrefix(underPrefix(options));
  }

  /** Tells the compiler the two sides apart, which are alike otherwise. */
  protected readonly side = "destination prefix";
  /** @internal */
  readonly _place: PrefixReference;
  /** @internal */
  readonly _credential: Credential | undefined;
  /** @internal */
  readonly _problems: readonly string[];

  private constructor({ _place, _credential, _encryptionKey, _problems }: Side<PrefixReference>) {
    this._place = _place;
    // The factories took it as what the options have.
    this._credential = _credential as Credential | undefined;
    this._problems = [..._problems, ...problemsOfKey(_encryptionKey)];
  }
}
