import { FakeBlobService, type AccountHandle, type BlobSeed } from "../../support/fake-blob-service";
import type { Answered } from "./shape";

const TOKEN = "a-token";
const VERSION = "2026-04-06";

export interface Asked {
  readonly method?: string;
  readonly blob?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The fake service with a container on each side, and a client that sends handwritten requests. */
export class FakeWorld {
  readonly source: AccountHandle;
  readonly dest: AccountHandle;

  static async start(): Promise<FakeWorld> {
    return new FakeWorld(await FakeBlobService.start({ bearerTokens: [TOKEN] }));
  }

  private constructor(readonly service: FakeBlobService) {
    this.source = service.account("source");
    this.dest = service.account("dest");
    this.source.createContainer("data");
    this.dest.createContainer("data");
  }

  /** Puts a blob into the destination's account and returns its ETag. */
  put(name: string, seed: BlobSeed = {}): string {
    return this.dest.putBlob("data", name, { content: "content of the blob", headers: { contentType: "text/plain" }, ...seed }).etag;
  }

  /** The URL of a blob in the same account, without a SAS. */
  own(name: string): string {
    return this.dest.blobUrl("data", name);
  }

  /** The URL of a blob in another account, by default with a SAS. */
  foreign(name: string, sas = true): string {
    const url = this.source.blobUrl("data", name);
    return sas ? `${url}?${this.source.sas({ container: "data", permissions: "r" })}` : url;
  }

  async ask({ method = "PUT", blob = "blob.bin", query = "", headers = {}, body }: Asked): Promise<Answered> {
    const path = blob === "" ? `${this.dest.endpoint}/data` : this.own(blob);
    const response = await fetch(`${path}${query === "" ? "" : `?${query}`}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "x-ms-version": VERSION, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const hasMark = bytes.subarray(0, 3).equals(Buffer.from("\ufeff"));
    const text = hasMark ? `\ufeff${bytes.subarray(3).toString()}` : bytes.toString();
    return { status: response.status, headers: Object.fromEntries(response.headers), body: text };
  }

  stop(): Promise<void> {
    return this.service.stop();
  }
}
