import { createHash } from "node:crypto";
import { createBlobStore } from "../../../src/azure/create-blob-store";
import { destroyCopy } from "../../../src/engine/copies/destroy";
import { runCopies } from "../../../src/engine/copies/run";
import type { CopyEvent } from "../../../src/engine/ports/events";
import { systemClock } from "../../../src/engine/ports/clock";
import { CopyFailure } from "../../../src/failure/copy-failure";
import { CopyMethod, type DestroyIntent, DestroyPolicy, type Receipt } from "../../../src/intent";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { NEVER_ABORTED } from "../../../src/util/abort/never-aborted";
import { MemoryJournal } from "../../support/memory-store/journal";
import { MemoryMadeCopies } from "../../support/memory-store/made-copies";
import type { BlobSeed } from "../../support/fake-blob-service";
import { SetWorld } from "./set/set-world";

const keyOf = (letter: string) => Buffer.alloc(32, letter).toString("base64");
const shaOf = (key: string) => createHash("sha256").update(Buffer.from(key, "base64")).digest("base64");
const [FROM, TO, OLD] = [keyOf("f"), keyOf("t"), keyOf("o")];
const SAS = { kind: "sas", variable: "SAS" };
const ENVIRONMENT = { KEY_FROM: FROM, KEY_TO: TO, KEY_OLD: OLD };

let world: SetWorld;
let made: MemoryMadeCopies;
beforeEach(async () => {
  made = new MemoryMadeCopies();
  world = await SetWorld.start();
});
afterEach(() => world.stop());

type Declared = Record<string, unknown>;
interface Keys {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
interface Ended {
  readonly receipt: Receipt | undefined;
  readonly failure: CopyFailure | undefined;
  readonly events: readonly CopyEvent[];
  readonly journal: MemoryJournal;
}

const place = (side: "source" | "destination", variable: string | undefined) => ({
  kind: "blob",
  ...world.container(side),
  blobName: "a",
  ...(variable === undefined ? {} : { encryptionKey: { variable } }),
});

/** Copies the blob `a` with the keys in the variables. */
async function copy(
  { from, to }: Keys,
  options: Declared = {},
  intent: Declared = {},
  environment: NodeJS.ProcessEnv = ENVIRONMENT,
): Promise<Ended> {
  const events: CopyEvent[] = [];
  const journal = new MemoryJournal();
  const store = createBlobStore({ environment: { ...world.environment, ...environment } });
  const copies = [{ source: place("source", from), destination: place("destination", to), ...options }];
  const run = { store, journal, made, clock: systemClock, signal: NEVER_ABORTED, emit: (event: CopyEvent) => void events.push(event) };
  try {
    const parsed = parseIntent({ version: 1, owner: "Stack/a", copies, timeoutMilliseconds: 60_000, ...intent });
    const [receipt] = await runCopies(parsed, { ...run, commit: () => undefined });
    return { receipt, failure: undefined, events, journal };
  } catch (error) {
    if (!(error instanceof CopyFailure)) throw error;
    return { receipt: undefined, failure: error, events, journal };
  } finally {
    store.close();
  }
}

const a = () => world.destination.getBlob("dst", "a");
const content = () => a()?.content.read().toString();
const page = (text: string) => text.padEnd(512, ".");

/**
 * Whether a write of a whole blob may replace a blob with another key, or one with a key if the
 * write does not have one.
 */
const mayReplaceWithoutKey = () => world.service.script.ways.is("overwritten-without-its-key", "taken");
const mayNotReplace = (seed: BlobSeed, { to }: Keys) =>
  seed.customerKey !== undefined && seed.customerKey !== (to && shaOf(TO)) && !mayReplaceWithoutKey();
const setsHeadersOfKeyed = () => world.service.script.ways.is("headers-of-what-has-a-key", "set");
const STAYS = /encrypted with a customer-provided key/;

describe.each<[string, CopyMethod, BlobSeed]>([
  ["one request", CopyMethod.AUTO, { content: "new" }],
  ["blocks", CopyMethod.PUT_BLOCK_FROM_URL, { content: "new" }],
  ["pages", CopyMethod.AUTO, { content: page("new"), type: "PageBlob" }],
  ["appended blocks", CopyMethod.AUTO, { content: "new", type: "AppendBlob" }],
])("a copy by %s", (_what, method, seed) => {
  it.each<[string, string | undefined, string | undefined]>([
    ["neither side", undefined, undefined],
    ["the source", "KEY_FROM", undefined],
    ["the destination", undefined, "KEY_TO"],
    ["both sides", "KEY_FROM", "KEY_TO"],
  ])("with a key of %s is complete, and is not made twice", async (_side, from, to) => {
    world.source.putBlob("src", "a", { ...seed, metadata: { team: "x" }, ...(from && { customerKey: shaOf(FROM) }) });
    const first = await copy({ from, to }, { method });
    if (seed.type === "PageBlob" && to !== undefined && !setsHeadersOfKeyed()) {
      expect(first.failure?.message).toContain("Set Blob Properties");
      return expect(a()).toBeUndefined();
    }
    expect(first.failure).toBeUndefined();
    expect(content()).toBe(seed.content);
    expect(a()).toMatchObject({ metadata: { team: "x" }, customerKey: to && shaOf(TO) });
    const again = await copy({ from, to }, { method }, { recopy: "every-deploy" });
    expect(again.failure).toBeUndefined();
    expect(again.events.map(({ type }) => type)).toContain("copy-skipped");
  });

  it("whose last step fails leaves nothing", async () => {
    world.source.putBlob("src", "a", { ...seed, customerKey: shaOf(FROM) });
    const last = { "one request": "Put Blob From URL", blocks: "Put Block List" }[_what] ?? "Set Blob Metadata";
    const refused = { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" } as const;
    world.service.script.fault({ operation: last, times: Infinity }, refused);
    const { failure, events } = await copy({ from: "KEY_FROM", to: "KEY_TO" }, { method });
    expect(failure).toBeDefined();
    expect(a()).toBeUndefined();
    expectNoSecret(failure, events);
  });
});

/** Checks that nothing that leaves the engine contains a key, escaped or not. */
function expectNoSecret(...told: unknown[]): void {
  const text = told
    .map((one) => (one instanceof CopyFailure ? `${one.message} ${String(one.cause)} ${one.stack ?? ""}` : JSON.stringify(one)))
    .join("\n");
  for (const key of [FROM, TO, OLD]) for (const form of [key, encodeURIComponent(key)]) expect(text).not.toContain(form);
}

describe("a blob that is there", () => {
  beforeEach(() => void world.put({ a: "new" }));

  it.each<[string, BlobSeed, Keys]>([
    ["with another key", { content: "old", customerKey: shaOf(OLD) }, { to: "KEY_TO" }],
    ["with a key, where none is declared", { content: "old", customerKey: shaOf(OLD) }, {}],
    ["without a key", { content: "old" }, { to: "KEY_TO" }],
    ["with the declared key", { content: "old", customerKey: shaOf(TO) }, { to: "KEY_TO" }],
  ])("%s is replaced by a method that leaves it whole until then", async (_what, seed, keys) => {
    world.destination.putBlob("dst", "a", seed);
    const { failure } = await copy(keys);
    if (mayNotReplace(seed, keys)) {
      expect(failure?.message).toMatch(STAYS);
      return expect(a()).toMatchObject({ customerKey: shaOf(OLD), snapshots: [] });
    }
    expect(failure).toBeUndefined();
    expect(content()).toBe("new");
    expect(a()?.customerKey).toBe(keys.to && shaOf(TO));
  });

  it.each<[string, BlobSeed, Keys]>([
    ["with another key", { content: "new", customerKey: shaOf(OLD) }, { to: "KEY_TO" }],
    ["without a key", { content: "new" }, { to: "KEY_TO" }],
    ["with a key where none is declared", { content: "new", customerKey: shaOf(OLD) }, {}],
  ])("%s is not the same, whatever its content", async (_what, seed, keys) => {
    world.destination.putBlob("dst", "a", seed);
    expect((await copy(keys, { overwrite: "never" })).failure?.message).toContain("exists and is different");
    const { failure } = await copy(keys, { overwrite: "if-different" });
    if (mayNotReplace(seed, keys)) {
      expect(failure?.message).toMatch(STAYS);
      return expect(a()).toMatchObject({ customerKey: shaOf(OLD), snapshots: [] });
    }
    expect(failure).toBeUndefined();
    expect(a()?.customerKey).toBe(keys.to && shaOf(TO));
  });

  it("is not touched where it could not be put back", async () => {
    for (const [seed, keys] of [
      [{ customerKey: shaOf(TO) }, { to: "KEY_TO" }],
      [{ customerKey: shaOf(OLD) }, {}],
      [{}, { to: "KEY_TO" }],
    ] as const) {
      world.source.putBlob("src", "a", { type: "PageBlob", content: page("new") });
      world.destination.putBlob("dst", "a", { type: "PageBlob", content: page("old"), ...seed });
      const { failure } = await copy(keys);
      expect(failure?.message).toContain("encrypted with a key that comes with each request");
      expect(content()).toBe(page("old"));
      expect(a()?.snapshots).toEqual([]);
    }
    const { failure } = await copy({ to: "KEY_TO" }, {}, { rollback: "abort-only" });
    if (!setsHeadersOfKeyed()) return expect(failure?.message).toContain("Set Blob Properties");
    expect(failure).toBeUndefined();
    expect(content()).toBe(page("new"));
  });

  it("is encrypted with a new key by a copy onto itself", async () => {
    world.source.putBlob("src", "a", { content: "same", metadata: { a: "b" }, customerKey: shaOf(OLD) });
    const itself = { ...place("source", "KEY_TO") };
    const { failure } = await copy({ from: "KEY_OLD" }, { destination: itself });
    if (!mayReplaceWithoutKey()) {
      expect(failure?.message).toMatch(STAYS);
      return expect(world.source.getBlob("src", "a")).toMatchObject({ customerKey: shaOf(OLD), snapshots: [] });
    }
    expect(failure).toBeUndefined();
    expect(world.source.getBlob("src", "a")).toMatchObject({ metadata: { a: "b" }, customerKey: shaOf(TO) });
  });

  it("is deleted by a destroy with its key", async () => {
    const { receipt } = await copy({ to: "KEY_TO" });
    const store = createBlobStore({ environment: { ...world.environment, ...ENVIRONMENT } });
    const parsed = parseIntent({
      version: 1,
      copies: [{ source: place("source", undefined), destination: place("destination", "KEY_TO") }],
    });
    const destination = parsed.copies[0]?.destination;
    const intent = { version: 1, owner: "Stack/a", destination, onDestroy: DestroyPolicy.DELETE, receipt } as DestroyIntent;
    await destroyCopy(intent, {
      store,
      clock: systemClock,
      signal: NEVER_ABORTED,
      emit: () => undefined,
    });
    store.close();
    expect(a()).toBeUndefined();
  });
});

describe("a key", () => {
  beforeEach(() => void world.source.putBlob("src", "a", { content: "new", customerKey: shaOf(FROM) }));

  it.each<[string, Keys, NodeJS.ProcessEnv, RegExp]>([
    ["is missing", { from: "KEY_FROM" }, { KEY_FROM: "" }, /the environment variable KEY_FROM is not set/],
    [
      "is too short",
      { from: "KEY_FROM" },
      { KEY_FROM: Buffer.alloc(16, "x").toString("base64") },
      /KEY_FROM does not hold an encryption key/,
    ],
    [
      "is no Base64",
      { from: "KEY_FROM" },
      { KEY_FROM: "this is the secret and no Base64 at all" },
      /KEY_FROM does not hold an encryption key/,
    ],
    ["is another one than the source's", { from: "KEY_OLD" }, ENVIRONMENT, /the source is encrypted with .*not with the declared one/],
    ["is not declared for a source that has one", {}, ENVIRONMENT, /the source is encrypted with a customer-provided key/],
  ])("that %s fails the copy before anything is touched", async (_what, keys, environment, why) => {
    world.destination.putBlob("dst", "a", { content: "old" });
    const { failure, events } = await copy(keys, {}, {}, environment);
    expect(failure?.message).toMatch(why);
    expect(content()).toBe("old");
    expectNoSecret(failure, events);
    for (const value of Object.values(environment)) if (value) expect(failure?.message).not.toContain(value);
  });

  it("that the source does not have is said to be one too many", async () => {
    world.put({ a: "plain" });
    for (const way of ["refused", "ignored"] as const) {
      world.service.script.ways.choose("key-of-a-blob-without-one", way);
      const { failure } = await copy({ from: "KEY_FROM" });
      expect(failure?.message).toMatch(/not encrypted with a customer-provided key/);
    }
  });

  it("may be quoted, and have line ends, as in files of variables", async () => {
    const { failure } = await copy({ from: "KEY_FROM" }, {}, {}, { KEY_FROM: `"${FROM}"\n` });
    expect(failure).toBeUndefined();
    expect(content()).toBe("new");
  });

  it("that the service repeats in a refusal is not repeated by us", async () => {
    world.service.script.fault(
      { operation: "Put Blob From URL", times: Infinity },
      { kind: "answer", status: 400, code: "InvalidHeaderValue", message: `The value ${TO} of a header is not in the correct format` },
    );
    const { failure, events } = await copy({ from: "KEY_FROM", to: "KEY_TO" });
    expect(failure?.message).toContain("InvalidHeaderValue");
    expectNoSecret(failure, events);
  });

  it("goes to no service over plain http", async () => {
    const far = { ...place("destination", "KEY_TO"), blobEndpoint: "http://account.blob.core.windows.net/", credential: SAS };
    const environment = { ...ENVIRONMENT, SAS: "sv=2024-08-04&sp=rcw&sig=AAAA" };
    const { failure } = await copy({ from: "KEY_FROM" }, { destination: far }, {}, environment);
    expect(failure?.message).toContain("would show the encryption key to everyone on the way");
  });

  it("is carried by no Copy Blob, so such a method cannot be declared", async () => {
    for (const method of [CopyMethod.COPY_BLOB, CopyMethod.COPY_BLOB_FROM_URL])
      expect((await copy({ from: "KEY_FROM" }, { method })).failure?.message).toContain(
        `copies[0].method ${method} takes no encryption key`,
      );
    expect((await copy({ to: "KEY_TO" }, { encryptionScope: "vault" })).failure?.message).toContain(
      "cannot be given with an encryption key",
    );
  });
});

describe("what nobody has documented", () => {
  beforeEach(() => void world.put({ a: "new" }));

  it("a key for a blob that has none is refused or not: it is replaced either way", async () => {
    for (const way of ["refused", "ignored"] as const) {
      world.service.script.ways.choose("key-of-a-blob-without-one", way);
      world.destination.putBlob("dst", "a", { content: "old" });
      expect((await copy({ to: "KEY_TO" })).failure).toBeUndefined();
      expect(a()?.customerKey).toBe(shaOf(TO));
    }
  });

  it("where a blob with another key may not be overwritten, it stays, and the failure says why", async () => {
    world.service.script.ways.choose("overwritten-without-its-key", "refused");
    world.destination.putBlob("dst", "a", { content: "old", customerKey: shaOf(OLD) });
    const { failure } = await copy({ to: "KEY_TO" });
    expect(failure?.message).toMatch(/the destination is encrypted with .*not with the declared one/);
    expect(content()).toBe("old");
  });

  it("where the headers of what has a key cannot be set, a page blob is not left half made", async () => {
    world.source.putBlob("src", "a", { type: "PageBlob", content: page("new") });
    world.service.script.ways.choose("headers-of-what-has-a-key", "refused");
    const { failure } = await copy({ to: "KEY_TO" });
    expect(failure?.message).toContain("Set Blob Properties");
    expect(failure?.remedy).toContain("leave encryptionKeyEnvironment of the destination out");
    expect(a()).toBeUndefined();
  });
});

describe("a set", () => {
  const prefixes = (keys: Keys, options: Declared = {}) => {
    const side = (name: "source" | "destination", variable: string | undefined) => ({
      ...world.prefix(name),
      ...(variable === undefined ? {} : { encryptionKey: { variable } }),
    });
    return { prefixes: { source: side("source", keys.from), destination: side("destination", keys.to), options } };
  };
  const run = (keys: Keys, options: Declared = {}, set: Declared = {}) =>
    world.run({ ...prefixes(keys, options), ...set }, { environment: ENVIRONMENT });
  const names = ["a", "b", "c"];

  it("copies with the keys of both sides, and once", async () => {
    for (const name of names) world.source.putBlob("src", name, { content: name, metadata: { of: name }, customerKey: shaOf(FROM) });
    const keys = { from: "KEY_FROM", to: "KEY_TO" };
    expect((await run(keys)).receipt).toMatchObject({ copied: 3 });
    for (const name of names)
      expect(world.destination.getBlob("dst", name)).toMatchObject({ metadata: { of: name }, customerKey: shaOf(TO) });
    expect((await run(keys)).receipt).toMatchObject({ copied: 0, skipped: 3 });
  });

  it("sends plain blobs with one request each, and looks at metadata that no listing shows", async () => {
    for (const name of names) world.source.putBlob("src", name, { content: name });
    expect((await run({ to: "KEY_TO" }, { metadata: { team: "x" } })).receipt).toMatchObject({ copied: 3 });
    expect(world.requests("Get Blob Properties")).toBe(0);
    expect((await run({ to: "KEY_TO" }, { metadata: { team: "x" } })).receipt).toMatchObject({ copied: 0, skipped: 3 });
    expect((await run({ to: "KEY_TO" }, { metadata: { team: "y" } })).receipt).toMatchObject({ copied: 3 });
    expect(a()?.metadata).toEqual({ team: "y" });
  });

  it("replaces what has another key, and what has none", async () => {
    for (const name of names) world.source.putBlob("src", name, { content: name });
    world.destination.putBlob("dst", "a", { content: "a", customerKey: shaOf(OLD) });
    world.destination.putBlob("dst", "b", { content: "b" });
    world.destination.putBlob("dst", "c", { content: "c", customerKey: shaOf(TO) });
    const { receipt, failure } = await run({ to: "KEY_TO" });
    if (!mayReplaceWithoutKey()) {
      expect(failure).toBeDefined();
      expect(a()).toMatchObject({ customerKey: shaOf(OLD), snapshots: [] });
      return expect(world.destination.getBlob("dst", "b")?.customerKey).toBe(shaOf(TO));
    }
    expect(receipt).toMatchObject({ copied: 2, skipped: 1 });
    for (const name of names) expect(world.destination.getBlob("dst", name)?.customerKey).toBe(shaOf(TO));
  });

  it("that is atomic reads with a key, and writes with none", async () => {
    for (const name of names) world.source.putBlob("src", name, { content: name, metadata: { of: name }, customerKey: shaOf(FROM) });
    expect((await run({ from: "KEY_FROM" }, {}, { atomic: true })).receipt).toMatchObject({ copied: 3 });
    expect(world.destination.getBlob("dst", "b")?.metadata).toEqual({ of: "b" });
    const { failure } = await run({ to: "KEY_TO" }, {}, { atomic: true });
    expect(failure?.message).toContain("cannot be given with an encryption key of the destination");
  });

  it("of a manifest has the keys of each copy", async () => {
    world.source.putBlob("src", "a", { content: "new", customerKey: shaOf(FROM) });
    world.manifest = [JSON.stringify({ key: "a", source: place("source", "KEY_FROM"), destination: place("destination", "KEY_TO") })];
    const ended = await world.run({ manifest: { file: "copies.ndjson" } }, { environment: ENVIRONMENT });
    expect(ended.receipt).toMatchObject({ copied: 1 });
    expect(a()?.customerKey).toBe(shaOf(TO));
    expectNoSecret(ended.results, world.events);
  });
});
