import { createBlobStore } from "../../../src/azure/create-blob-store";
import { runCopies } from "../../../src/engine/copies/run";
import { type Clock, systemClock } from "../../../src/engine/ports/clock";
import type { CopyEvent } from "../../../src/engine/ports/events";
import { CopyFailure } from "../../../src/failure/copy-failure";
import { ExitCode } from "../../../src/failure/exit-code";
import { parseIntent } from "../../../src/intent/parse/parse-intent";
import { eventText } from "../../../src/report/live/event-text";
import { FakeBlobService } from "../../support/fake-blob-service";
import { MemoryJournal } from "../../support/memory-store/journal";

/** A timeout that is long enough for a busy machine to start the copy. */
const BEFORE_ITS_END = 1_500;

const CANCELLED = new CopyFailure({ exitCode: ExitCode.INTERRUPTED, what: "Cancelled", why: "Ctrl-C", remedy: "deploy again" });
const SPEED = 20;

/** A fast clock, for a run that waits for late writes. */
const hurried = (start = Date.now()): Clock => ({
  now: () => start + (Date.now() - start) * SPEED,
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / SPEED, signal),
});

let service: FakeBlobService;
beforeEach(async () => {
  service = await FakeBlobService.start();
  service.account("source").putBlob("data", "archived", { content: "from the archive", accessTier: "Archive", metadata: { of: "source" } });
  service.account("dest").createContainer("data");
});
afterEach(() => service.stop());

interface Deploy {
  /** Name of the source. */
  readonly from?: string;
  readonly options?: object;
  readonly timeoutMilliseconds?: number;
  /** Journal of the machine; default: a new one. */
  readonly journal?: MemoryJournal;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

async function deploy({
  from = "archived",
  options = { rehydrate: { wait: true } },
  timeoutMilliseconds = 60_000,
  journal = new MemoryJournal(),
  signal,
  clock = systemClock,
}: Deploy) {
  const place = (account: string, blobName: string) => ({
    kind: "blob",
    blobEndpoint: service.endpoint(account),
    containerName: "data",
    blobName,
    credential: { kind: "connection-string", variable: account },
  });
  const copy = { source: place("source", from), destination: place("dest", "copy"), accessTier: "Hot", ...options };
  const intent = parseIntent({ version: 1, owner: "Stack/copy", copies: [copy], timeoutMilliseconds });
  const environment = Object.fromEntries(["source", "dest"].map((name) => [name, service.account(name).connectionString]));
  const store = createBlobStore({ environment });
  const events: CopyEvent[] = [];
  const context = { store, clock, emit: (event: CopyEvent) => void events.push(event), journal, commit: () => undefined };
  try {
    const [receipt] = await runCopies(intent, { ...context, signal: signal ?? new AbortController().signal });
    return { receipt, events, failure: undefined };
  } catch (error) {
    return { receipt: undefined, events, failure: error as CopyFailure };
  } finally {
    store.close();
  }
}

/** Brings the copy online after the deploy has inspected it. */
async function deployToTheEnd(options: Deploy): ReturnType<typeof deploy> {
  const deploying = deploy(options);
  let hasEnded = false;
  void deploying.then(() => (hasEnded = true));
  const looks = () => service.requestsOf("Get Blob Properties").filter(({ path }) => path.includes("/dest/")).length;
  await until(() => hasEnded || destination()?.archiveStatus !== undefined);
  const before = looks();
  await until(() => hasEnded || looks() > before);
  service.account("dest").endRehydration("data", "copy");
  return deploying;
}

/** A deploy that is cancelled after the copy was started and inspected. */
async function deployCutOff(options: Deploy): ReturnType<typeof deploy> {
  const cancel = new AbortController();
  const earlier = service.requestsOf("Copy Blob").length;
  const deploying = deploy({ ...options, clock: hurried(), signal: cancel.signal });
  let hasEnded = false;
  void deploying.then(() => (hasEnded = true));
  const isLookedAt = () => service.requests.at(-1)?.operation === "Get Blob Properties";
  await until(() => hasEnded || (service.requestsOf("Copy Blob").length > earlier && isLookedAt()));
  cancel.abort(CANCELLED);
  return deploying;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const destination = () => service.account("dest").getBlob("data", "copy");
const rehydrating = (events: readonly CopyEvent[]) => events.filter(({ type }) => type === "rehydrating");

test("is said to be waited for, once, however slow the machine is", async () => {
  service.script.ways.choose("archived-source-stays", "has ended");
  let lost = 0;
  const clock: Clock = {
    now: () => systemClock.now() + lost++,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds, signal),
  };
  const { events } = await deployToTheEnd({ clock });

  const told = events.filter(({ type }) => type === "rehydrating").flatMap(eventText);
  expect(told).toEqual([expect.stringContaining("this run waits for it")]);
});

describe.each(["pending", "has ended"] as const)("a copy from the archive, which the service says %s", (way) => {
  beforeEach(() => service.script.ways.choose("archived-source-stays", way));

  test("goes on to be waited for when looks at it are refused for a while", async () => {
    let looks = 0;
    service.script.random(({ operation }) => {
      if (operation !== "Get Blob Properties" || destination() === undefined) return undefined;
      const isRefused = ++looks > 1 && looks <= 4;
      return isRefused ? { kind: "answer", status: 403, code: "AuthorizationFailure" } : undefined;
    });
    const { failure, events } = await deployToTheEnd({});

    expect(failure).toBeUndefined();
    expect(looks).toBeGreaterThan(4);
    expect(destination()).toMatchObject({ accessTier: "Hot", archiveStatus: undefined });
    expect(events.filter(({ type }) => type === "warning")).toHaveLength(1);
  });

  test("is over when its destination is online, with wait", async () => {
    const { receipt, failure } = await deployToTheEnd({});

    expect(failure).toBeUndefined();
    expect(receipt).toMatchObject({ copyStatus: "success" });
    expect(destination()).toMatchObject({ accessTier: "Hot", archiveStatus: undefined, metadata: { of: "source" } });
    expect(service.requestsOf("Copy Blob")).toHaveLength(1);
  });

  test("goes on when the deploy times out, and the next one goes on waiting", async () => {
    const journal = new MemoryJournal();
    const first = await deploy({ timeoutMilliseconds: BEFORE_ITS_END, journal });
    expect(first.failure).toMatchObject({ exitCode: ExitCode.TIMED_OUT });
    expect(first.events).toContainEqual(expect.objectContaining({ type: "rollback-finished", outcome: "goes-on" }));

    const second = await deployToTheEnd({ journal });
    expect(second).toMatchObject({ failure: undefined, receipt: { copyStatus: "success" } });
    const adopted = second.events.filter(({ type }) => type === "copy-adopted").flatMap(eventText);
    const said =
      way === "pending" ? /^A pending copy of the same source was found and is waited for: / : /^The copy of an earlier run was found: /;
    expect(adopted).toEqual([expect.stringMatching(said)]);
    expect(service.requestsOf("Copy Blob")).toHaveLength(1);
    expect(service.requestsOf("Abort Copy Blob")).toEqual([]);
  });

  test("sends the declared priority", async () => {
    await deployToTheEnd({ options: { rehydrate: { priority: "High", wait: true } } });

    expect(service.requestsOf("Copy Blob")[0]?.headers["x-ms-rehydrate-priority"]).toBe("High");
  });
});

describe("a copy from the archive that has ended", () => {
  beforeEach(() => service.script.ways.choose("archived-source-stays", "has ended"));

  test("without wait says what is still going on, and leaves no mark that could not be taken off", async () => {
    const { receipt, events } = await deploy({ options: {} });

    expect(receipt).toMatchObject({ copyStatus: "success" });
    expect(rehydrating(events)).toEqual([
      expect.objectContaining({ archiveStatus: "rehydrate-pending-to-hot", priority: "Standard", isAwaited: false }),
    ]);
    expect(destination()).toMatchObject({ accessTier: "Archive", metadata: { of: "source" } });
  });

  test.each([
    ["the same machine", true],
    ["another machine", false],
  ])("goes on when the deploy times out, and the next one on %s goes on waiting", async (_what, isSameMachine) => {
    if (!isSameMachine) service.script.ways.choose("copy-source-is-shown", "without its signature");
    const journal = new MemoryJournal();
    const first = await deploy({ timeoutMilliseconds: BEFORE_ITS_END, journal });
    expect(first.failure).toMatchObject({ exitCode: ExitCode.TIMED_OUT });
    expect(first.events).toContainEqual(expect.objectContaining({ type: "rollback-finished", outcome: "goes-on" }));
    expect(destination()).toMatchObject({ archiveStatus: "rehydrate-pending-to-hot" });

    const second = await deployToTheEnd({ ...(isSameMachine ? { journal } : {}) });

    expect(second.failure).toBeUndefined();
    expect(destination()).toMatchObject({ accessTier: "Hot", metadata: { of: "source" } });
    expect(service.requestsOf("Copy Blob")).toHaveLength(1);
    expect([...journal.entries()]).toHaveLength(isSameMachine ? 0 : 1);
  });

  test("is taken over by a deploy that comes after the rehydration, too", async () => {
    service.script.ways.choose("copy-source-is-shown", "without its signature");
    await deploy({ timeoutMilliseconds: BEFORE_ITS_END });
    service.account("dest").endRehydration("data", "copy");
    expect(destination()?.accessTier).toBe("Hot");

    const second = await deploy({});

    expect(second.failure).toBeUndefined();
    expect(destination()?.metadata).toEqual({ of: "source" });
    expect(service.requestsOf("Copy Blob")).toHaveLength(1);
  });

  test("keeps what it replaces until it is online", async () => {
    service.account("dest").putBlob("data", "copy", { content: "before" });
    const journal = new MemoryJournal();
    const cancel = new AbortController();
    const first = deploy({ journal, signal: cancel.signal });
    await until(() => destination()?.archiveStatus !== undefined);
    cancel.abort(CANCELLED);
    await first;
    expect(service.account("dest").getBlob("data", "copy")?.snapshots).toHaveLength(1);

    expect(await deployToTheEnd({ journal })).toMatchObject({ failure: undefined });
    expect(service.account("dest").getBlob("data", "copy")?.snapshots).toEqual([]);
  });

  test("is lost when somebody replaces it", async () => {
    const deploying = deploy({});
    await until(() => destination()?.archiveStatus !== undefined);
    service.account("dest").putBlob("data", "copy", { content: "somebody's" });

    expect((await deploying).failure).toMatchObject({ why: expect.stringMatching(/^another client (replaced|changed)/) as string });
    expect(destination()?.content.read().toString()).toBe("somebody's");
  });
});

test.each([
  ["pending", /from a source that the service does not show$/],
  ["has ended", /in the archive, where the service does not replace blobs$/],
] as const)(
  "is made anew on another machine where the service does not show what was copied, since it may be another source: %s",
  async (way, why) => {
    service.script.ways.choose("archived-source-stays", way);
    service.script.ways.choose("copy-source-is-shown", "not at all");
    await deployCutOff({});

    const { failure, events } = await deployCutOff({});

    expect(events).toContainEqual(expect.objectContaining({ type: "rollback-started", why: expect.stringMatching(why) as string }));
    expect(failure).toBe(CANCELLED);
    expect(service.requestsOf("Copy Blob").map(({ status }) => status)).toEqual([202, 202]);
  },
);

test.each([
  ["pending", "the same machine"],
  ["has ended", "the same machine"],
  ["has ended", "another machine"],
] as const)("makes way for another source, where it is %s, on %s", async (way, machine) => {
  service.script.ways.choose("archived-source-stays", way);
  service.account("source").putBlob("data", "another", { content: "another", accessTier: "Archive", metadata: { of: "another" } });
  const journal = new MemoryJournal();
  await deployCutOff({ journal });

  const { failure } = await deployCutOff({ from: "another", ...(machine === "the same machine" ? { journal } : {}) });

  expect(failure).toBe(CANCELLED);
  expect(service.requestsOf("Copy Blob").map(({ status }) => status)).toEqual([202, 202]);
  expect(destination()?.metadata).toMatchObject({ of: "another" });
});

test("a copy from the archive that fails is undone as any other", async () => {
  service.script.copies({ pendingMilliseconds: 200, outcome: "failed" });
  const { failure, events } = await deploy({});

  expect(failure).toMatchObject({ exitCode: ExitCode.COPY_FAILED });
  expect(events).toContainEqual(expect.objectContaining({ type: "rollback-finished", outcome: "removed" }));
});

test("an intent of an earlier version means the same by rehydratePriority", async () => {
  service.script.ways.choose("archived-source-stays", "has ended");
  await deploy({ options: { rehydratePriority: "High" } });

  expect(service.requestsOf("Copy Blob")[0]?.headers["x-ms-rehydrate-priority"]).toBe("High");
});
