import { createBlobStore } from "../../../src/azure/create-blob-store";
import { systemClock } from "../../../src/engine/ports/clock";
import { acceptEvent } from "../../../src/lambda/accept-event";
import { goOn } from "../../../src/lambda/go-on";
import type { ResourceEvent } from "../../../src/lambda/ports/event";
import type { RecordStore } from "../../../src/lambda/ports/record";
import type { Surroundings } from "../../../src/lambda/ports/surroundings";
import { settleAll } from "../../../src/lambda/settle";
import { Canaries } from "../../support/canary/canaries";
import { MemoryRecords } from "../../support/cloudformation/memory-records";
import { FakeBlobService } from "../../support/fake-blob-service";

const STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack/app/5f2a9c1e";
const BUDGET = { life: 60_000, work: 30_000, watch: 5_000 };
const SECRET_NAME = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:storage";

let service: FakeBlobService;
beforeAll(async () => {
  service = await FakeBlobService.start();
  service.script.ways.choose("copy-source-is-shown", "with its signature");
  service.account("source").putBlob("data", "a", { content: "content" });
  service.account("dest").createContainer("data");
});
afterAll(() => service.stop());

/** Collects in `told` all that the functions receive, print, answer, throw and store, by kind. */
class Invocations {
  readonly told = new Map<string, string>();
  readonly #surroundings: Surroundings;
  #requests = 0;

  constructor(secret: (reference: string) => Promise<string>) {
    const records = new Proxy(new MemoryRecords(), {
      get: (target, name) => {
        const member = Reflect.get(target, name, target) as (...args: readonly unknown[]) => unknown;
        return (...args: readonly unknown[]) => {
          this.#tell(`record: ${String(name)}`, args);
          return member.apply(target, [...args]);
        };
      },
    }) as RecordStore;
    this.#surroundings = {
      clock: systemClock,
      records,
      stackStatus: () => Promise.resolve("CREATE_IN_PROGRESS"),
      statusBefore: () => Promise.resolve(""),
      runBegan: () => Promise.resolve(0),
      secret,
      webIdentityFile: () => Promise.resolve("/tmp/token"),
      blobStore: (environment, notify) => createBlobStore({ environment, notify }),
      print: (line) => this.#tell("log", line),
    };
  }

  async deploy(intent: object, type: "Create" | "Update" | "Delete" = "Create"): Promise<void> {
    const event = {
      RequestType: type,
      RequestId: `request-${this.#requests++}`,
      StackId: STACK,
      LogicalResourceId: "Copy",
      PhysicalResourceId: "azure-blob-copy",
      ResourceType: "Custom::AzureBlobCopy",
      ResourceProperties: { Intent: JSON.stringify(intent), Fingerprint: JSON.stringify([intent, this.#requests]), OnDestroy: "delete" },
    } as unknown as ResourceEvent;
    try {
      const accepted = await acceptEvent(event, this.#surroundings);
      this.#tell("answer of onEvent", accepted);
      for (let turn = 0; turn < 20; turn++) {
        const answer = await goOn({ ...event, ...accepted }, this.#surroundings, BUDGET, {});
        this.#tell("answer of isComplete", answer);
        if (answer.IsComplete) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    } catch (error) {
      this.#tell(
        "error",
        error instanceof Error ? `${error.message} ${error.stack} ${String(error.cause)} ${JSON.stringify(error)}` : error,
      );
    }
  }

  async settle(status: string): Promise<void> {
    const event = { time: new Date().toISOString(), detail: { "stack-id": STACK, "status-details": { status } } };
    await settleAll(event, this.#surroundings, BUDGET, {}).catch((error: unknown) => this.#tell("error of settle", String(error)));
  }

  #tell(what: string, told: unknown): void {
    const text = typeof told === "string" ? told : JSON.stringify(told);
    this.told.set(what, `${this.told.get(what) ?? ""}${text}\n`);
  }
}

it.each(["a SAS", "an account key", "a connection string"])(
  "%s that a store of secrets keeps is in nothing that the functions leave",
  async (form) => {
    const [source, dest] = [service.account("source"), service.account("dest")];
    const sas = source.sas({ container: "data", permissions: "r" });
    const secrets = new Map([
      [`${SECRET_NAME}-source`, form === "a SAS" ? sas : form === "an account key" ? source.key : source.connectionString],
      [`${SECRET_NAME}-dest`, dest.connectionString],
    ]);
    const invocations = new Invocations((reference) => Promise.resolve(secrets.get(reference) ?? ""));
    const place = (account: string, blobName: string) => ({
      kind: "blob",
      blobEndpoint: service.endpoint(account),
      containerName: "data",
      blobName,
      credential: { kind: "stored", variable: `${SECRET_NAME}-${account}`, accountName: account },
    });
    const intent = (from: string, to: string, more: object = {}) => ({
      version: 1,
      owner: "App/Copy",
      copies: [{ source: place("source", from), destination: place("dest", to), ...more }],
    });

    await invocations.deploy(intent("a", "copied", { method: "copy-blob" }));
    expect(dest.blobNames("data")).toContain("copied");
    await invocations.settle("CREATE_COMPLETE");
    await invocations.deploy(intent("none", "missing"), "Update");
    const echo = `refused: ${source.endpoint}/data/a?${sas} with ${dest.key} and ${source.key}`;
    service.script.fault(
      { operation: "Copy Blob", times: Infinity },
      { kind: "answer", status: 403, code: "AuthenticationFailed", message: echo },
    );
    await invocations.deploy(intent("a", "echoed", { method: "copy-blob" }), "Update");
    service.script.reset();
    secrets.set(`${SECRET_NAME}-dest`, `{"not": "what is expected", "but": ${JSON.stringify(dest.key)}}`);
    await invocations.deploy(intent("a", "unusable"), "Update");
    await invocations.settle("UPDATE_ROLLBACK_COMPLETE");

    const canaries = new Canaries();
    canaries.add("account key", source.key, dest.key);
    canaries.add("SAS signature", new URLSearchParams(sas).get("sig") ?? "");
    const made = service.requests.flatMap(({ headers }) => /[?&]sig=([^&]+)/.exec(String(headers["x-ms-copy-source"]))?.[1] ?? []);
    canaries.add("signature that was made", ...new Set(made.map(decodeURIComponent)));
    expect([...invocations.told.keys()]).toEqual(
      expect.arrayContaining(["log", "answer of onEvent", "answer of isComplete", "error", "record: save"]),
    );
    expect(invocations.told.get("error")).toMatch(/AuthenticationFailed/);
    expect([...invocations.told].flatMap(([what, text]) => canaries.found(what, text))).toEqual([]);
  },
);
