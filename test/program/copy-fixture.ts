import { randomUUID } from "node:crypto";
import { FakeBlobService } from "../support/fake-blob-service";
import { Program } from "./program";

/** A blob to copy, an intent that declares it, and the program. */
export class CopyFixture {
  static async start(): Promise<CopyFixture> {
    // The steps that can fail come first, so that no service is left listening.
    const program = new Program();
    const service = await FakeBlobService.start();
    service.account("source").putBlob("models", "v3.onnx", { content: "the new bytes" });
    service.account("dest").createContainer("release");
    return new CopyFixture(service, program);
  }

  private constructor(
    readonly service: FakeBlobService,
    readonly program: Program,
  ) {}

  get environment(): NodeJS.ProcessEnv {
    return {
      SOURCE_CONNECTION: this.service.account("source").connectionString,
      DEST_CONNECTION: this.service.account("dest").connectionString,
    };
  }

  intent(options: Record<string, unknown> = {}, copy: Record<string, unknown> = {}) {
    const place = (account: string, containerName: string, variable: string) => ({
      kind: "blob",
      blobEndpoint: this.service.endpoint(account),
      containerName,
      blobName: "v3.onnx",
      credential: { kind: "connection-string", variable },
    });
    return {
      version: 1,
      owner: "test/model",
      copies: [
        {
          source: place("source", "models", "SOURCE_CONNECTION"),
          destination: place("dest", "release", "DEST_CONNECTION"),
          method: "copy-blob",
          ...copy,
        },
      ],
      ...options,
    };
  }

  /** The environment with which Terraform starts it. */
  environmentOf(intent: unknown, receiptId: string = randomUUID()): NodeJS.ProcessEnv {
    return {
      ...this.environment,
      BLOB_COPY_INTENT: JSON.stringify(intent),
      BLOB_COPY_RECEIPT_ID: receiptId,
      BLOB_COPY_STATE_DIRECTORY: ".blobcopy",
    };
  }

  destination() {
    return this.service.account("dest").getBlob("release", "v3.onnx");
  }

  /** The copy stays pending until a request aborts it. */
  staysPending(): void {
    this.service.script.copies({ neverEnds: true });
  }

  async dispose(): Promise<void> {
    await this.program.dispose();
    await this.service.stop();
  }
}
