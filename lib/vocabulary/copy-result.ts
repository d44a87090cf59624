import type { IResolvable, TerraformStack } from "cdktf";
import { Token, ref } from "cdktf";

/** What came of one copy, as Terraform values; whoever uses one waits for the copy. */
export interface ICopyResult {
  /** URL of the destination, without any query. */
  readonly destinationUrl: string;
  /** ETag of the destination after the copy (`ETag`), quoted as the service returns it. */
  readonly etag: string;
  /** Version that the copy made (`x-ms-version-id`); empty in an account without versioning. */
  readonly versionId: string;
  /** Id of the copy (`x-ms-copy-id`); empty for methods that have none. */
  readonly copyId: string;
  /** `success`, or, with `wait: false`, perhaps `pending` (`x-ms-copy-status`). */
  readonly copyStatus: string;
  /** Length of the destination in bytes; 0 while the copy is pending. */
  readonly bytesCopied: number;
  /** When the destination was last modified (`Last-Modified`): ISO 8601, UTC. */
  readonly lastModified: string;
  /** MD5 of the content (`Content-MD5`), Base64; empty where the service keeps none. */
  readonly contentMd5: string;
  /** The method that was used: a value of `CopyMethod` other than `auto`. */
  readonly method: string;
  /** When the copy was completed: ISO 8601, UTC; empty while it is pending. */
  readonly completedOn: string;
}

/** The receipt of one copy of a set. */
export class SetCopyResult implements ICopyResult {
  /** @param address HCL address of the receipt in the resource that keeps the results of the set */
  constructor(
    private readonly stack: TerraformStack,
    private readonly address: string,
  ) {}

  get destinationUrl(): string {
    return this.text("destinationUrl");
  }

  get etag(): string {
    return this.text("etag");
  }

  get versionId(): string {
    return this.text("versionId");
  }

  get copyId(): string {
    return this.text("copyId");
  }

  get copyStatus(): string {
    return this.text("copyStatus");
  }

  get bytesCopied(): number {
    return Token.asNumber(this.value("bytesCopied"));
  }

  get lastModified(): string {
    return this.text("lastModified");
  }

  get contentMd5(): string {
    return this.text("contentMd5");
  }

  get method(): string {
    return this.text("method");
  }

  get completedOn(): string {
    return this.text("completedOn");
  }

  private text(attribute: keyof ICopyResult): string {
    return Token.asString(this.value(attribute));
  }

  private value(attribute: keyof ICopyResult): IResolvable {
    return ref(`${this.address}.${attribute}`, this.stack);
  }
}
