import { createBlobStore } from "../../../src/azure/create-blob-store";
import { checkCopies } from "../../../src/engine/copies/check";
import { destroyCopy } from "../../../src/engine/copies/destroy";
import { runCopies } from "../../../src/engine/copies/run";
import type { Clock } from "../../../src/engine/ports/clock";
import { ORDERLY_MILLISECONDS } from "../../../src/engine/recovery/in-time";
import { type DestroyIntent, DestroyPolicy, LocationKind } from "../../../src/intent";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { NEVER_ABORTED } from "../../../src/util/abort/never-aborted";
import { type AccountHandle, type BlobSeed, FakeBlobService } from "../../support/fake-blob-service";
import { MemoryJournal } from "../../support/memory-store/journal";

const HOUR = 3_600_000;

interface Case {
  readonly what: string;
  readonly options?: Record<string, unknown>;
  readonly run?: Record<string, unknown>;
  readonly source?: BlobSeed;
  /** The blob that is already there. */
  readonly destination?: BlobSeed;
  /** The exact letters: with all of them it works, and without any one of them it does not. */
  readonly reads: string;
  readonly writes: string;
  /** Letters with which it also leaves nothing behind; default: the same. */
  readonly tidily?: string;
}

const CASES: readonly Case[] = [
  { what: "a new blob", reads: "r", writes: "rc" },
  { what: "an existing blob that is replaced", destination: { content: "old" }, reads: "r", writes: "rw" },
  { what: "method copy-blob, a new blob", options: { method: "copy-blob" }, reads: "r", writes: "rc" },
  {
    what: "method copy-blob, an existing blob",
    options: { method: "copy-blob" },
    destination: { content: "old" },
    reads: "r",
    writes: "rw",
    tidily: "rwld",
  },
  { what: "method put-block-from-url", options: { method: "put-block-from-url" }, reads: "r", writes: "rw" },
  { what: "a page blob", source: { type: "PageBlob", content: "p".repeat(512) }, reads: "r", writes: "rw" },
  { what: "an append blob", source: { type: "AppendBlob", content: "log" }, reads: "r", writes: "rw" },
  { what: "tags", options: { tags: { a: "b" } }, reads: "r", writes: "rct" },
  { what: "copySourceTags", options: { copySourceTags: true }, source: { content: "x", tags: { a: "b" } }, reads: "rt", writes: "rct" },
  { what: "contentHeaders", options: { contentHeaders: { contentType: "text/css" } }, reads: "r", writes: "rc" },
  { what: "accessTier", options: { accessTier: "Cool" }, reads: "r", writes: "rc" },
  { what: "sourceGuard lease", options: { sourceGuard: "lease" }, reads: "rw", writes: "rc" },
];

let passed = 0;
/** Pauses take no time, and the timeouts of requests and runs never come. */
const clock: Clock = {
  now: () => Date.now() + passed,
  sleep: (milliseconds, signal) => {
    if (milliseconds !== ORDERLY_MILLISECONDS && milliseconds < HOUR / 2) {
      passed += milliseconds;
      return new Promise((resolve) => setImmediate(resolve));
    }
    return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
  },
};

let service: FakeBlobService;
beforeAll(async () => {
  service = await FakeBlobService.start();
  for (const account of ["source", "dest"]) service.account(account).createContainer("data");
});
afterAll(() => service.stop());

let names = 0;

async function succeeds(one: Case, reads: string, writes: string, asks: "apply" | "check" = "apply"): Promise<boolean> {
  const [from, to] = [service.account("source"), service.account("dest")];
  const name = `blob-${names++}`;
  from.putBlob("data", name, one.source ?? { content: "content" });
  if (one.destination !== undefined) to.putBlob("data", name, one.destination);
  const place = (account: AccountHandle, variable: string) => ({
    kind: "blob",
    blobEndpoint: account.endpoint,
    containerName: "data",
    blobName: name,
    credential: { kind: "sas", variable },
  });
  const environment = { FROM: from.sas({ container: "data", permissions: reads }), TO: to.sas({ container: "data", permissions: writes }) };
  const store = createBlobStore({ environment, clock });
  const copy = { source: place(from, "FROM"), destination: place(to, "TO"), overwrite: "always", ...one.options };
  const intent = parseIntent({ version: 1, owner: "Stack/copy", copies: [copy], ...one.run });
  try {
    if (asks === "check") {
      for await (const { failure } of checkCopies(intent, { store, clock, signal: NEVER_ABORTED })) if (failure !== undefined) return false;
      return true;
    }
    await runCopies(intent, {
      store,
      clock,
      emit: () => undefined,
      journal: new MemoryJournal(),
      signal: NEVER_ABORTED,
      commit: () => undefined,
    });
    return to.getBlob("data", name)?.content.length === from.getBlob("data", name)?.content.length;
  } catch {
    return false;
  } finally {
    store.close();
  }
}

/** Removes letters until each remaining one is needed. */
async function fewest(letters: string, works: (letters: string) => Promise<boolean>): Promise<string> {
  let needed = letters;
  for (const letter of letters) {
    const fewer = needed.replace(letter, "");
    if (fewer !== "" && (await works(fewer))) needed = fewer;
  }
  return needed;
}

const sorted = (letters: string) => Array.from(letters).sort().join("");

test.each(CASES.map((one) => [one.what, one] as const))("%s needs exactly these letters", async (_what, one) => {
  const reads = await fewest("wtlr", (letters) => succeeds(one, letters, "racwdlt"));
  const writes = await fewest("wadltcr", (letters) => succeeds(one, "rwtl", letters));
  expect({ reads: sorted(reads), writes: sorted(writes) }).toEqual({ reads: sorted(one.reads), writes: sorted(one.writes) });
  expect(await succeeds(one, one.reads, one.writes)).toBe(true);
});

test.each(CASES.map((one) => [one.what, one] as const))("check knows which letters it takes: %s", async (_what, one) => {
  const { reads, writes, tidily = writes } = one;
  expect(await succeeds(one, reads, tidily, "check")).toBe(true);
  for (const letter of reads) expect([letter, await succeeds(one, reads.replace(letter, ""), tidily, "check")]).toEqual([letter, false]);
  for (const letter of tidily) expect([letter, await succeeds(one, reads, tidily.replace(letter, ""), "check")]).toEqual([letter, false]);
});

test("a blob that is deleted on destroy needs r and d", async () => {
  const to = service.account("dest");
  const works = async (permissions: string) => {
    const { etag } = to.putBlob("data", "destroyed", { content: "x" });
    const store = createBlobStore({ environment: { TO: to.sas({ container: "data", permissions }) }, clock });
    const destination = {
      kind: LocationKind.BLOB,
      blobEndpoint: to.endpoint,
      containerName: "data",
      blobName: "destroyed",
      credential: { kind: "sas", variable: "TO" },
    };
    const receipt = { etag, copyId: "", copyStatus: "success", versionId: "", origin: "copied" };
    const intent = { version: 1, owner: "Stack/copy", destination, onDestroy: DestroyPolicy.DELETE, receipt } as DestroyIntent;
    try {
      await destroyCopy(intent, { store, clock, emit: () => undefined, signal: NEVER_ABORTED });
      return to.getBlob("data", "destroyed") === undefined;
    } catch {
      return false;
    } finally {
      store.close();
    }
  };
  expect(sorted(await fewest("wadltcr", works))).toBe("dr");
});
