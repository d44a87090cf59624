import { type Clock, systemClock } from "../../../../src/engine/ports/clock";
import { ExitCode } from "../../../../src/failure/exit-code";
import { cancelled, SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const blobs = (count: number, content = "content") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`blob-${String(index).padStart(4, "0")}`, `${content} ${index}`]));

describe("overwriting", () => {
  it("fails a different destination under NEVER, untouched, and copies the others", async () => {
    world.put(blobs(5));
    world.destination.putBlob("dst", "blob-0002", { content: "theirs" });
    const set = { ...world.prefixes({ options: { overwrite: "never" } }), maxFailures: 10 };
    const { failure, results } = await world.run(set);
    expect(failure?.what).toBe("1 of 5 blobs was not copied");
    expect(world.contents()).toEqual({ ...blobs(5), "blob-0002": "theirs" });
    expect(results.filter(({ status }) => status === "failed").map(({ key }) => key)).toEqual(["blob-0002"]);
    expect(world.of("set-failures")[0]).toMatchObject({ failed: 1, failures: [{ key: "blob-0002" }] });
  });

  it("does not overwrite a blob that somebody writes after the listing", async () => {
    world.put({ one: "1" });
    world.service.script.fault({ operation: "Put Blob From URL" }, { kind: "delay", milliseconds: 100 });
    const running = world.run({ ...world.prefixes({ options: { overwrite: "never" } }) });
    await new Promise((resolve) => setTimeout(resolve, 50));
    world.destination.putBlob("dst", "one", { content: "theirs" });
    expect((await running).failure?.why).toContain("NEVER");
    expect(world.contents()).toEqual({ one: "theirs" });
  });

  it("copies what changed at the source, and again what is not as declared", async () => {
    world.put(blobs(4));
    await world.run(world.prefixes());
    world.put({ "blob-0001": "changed" });
    expect((await world.run(world.prefixes({ options: { overwrite: "if-different" } }))).receipt).toMatchObject({ copied: 1, skipped: 3 });
    const declared = world.prefixes({
      options: { overwrite: "if-different", metadata: { team: "a" }, contentHeaders: { contentType: "text/plain" } },
    });
    expect((await world.run(declared)).receipt).toMatchObject({ copied: 4 });
    expect((await world.run(declared)).receipt).toMatchObject({ skipped: 4 });
    expect(world.destination.getBlob("dst", "blob-0000")).toMatchObject({
      metadata: { team: "a" },
      headers: { contentType: "text/plain" },
    });
  });

  it("copies a source that changed between listing and copy as it is then", async () => {
    world.put({ one: "old" });
    world.service.script.fault({ operation: "Put Blob From URL" }, { kind: "delay", milliseconds: 100 });
    const running = world.run(world.prefixes());
    await new Promise((resolve) => setTimeout(resolve, 50));
    world.put({ one: "new" });
    expect((await running).failure).toBeUndefined();
    expect(world.contents()).toEqual({ one: "new" });
  });
});

describe("a service in trouble", () => {
  it("is asked less when it throttles, and the set comes to its end", async () => {
    world.put(blobs(400));
    let asked = 0;
    world.service.script.random(({ operation }) =>
      operation === "Put Blob From URL" && asked++ % 7 === 0 ? { kind: "answer", status: 503, code: "ServerBusy" } : undefined,
    );
    const { receipt, failure } = await world.run(world.prefixes());
    expect(failure).toBeUndefined();
    expect(receipt).toMatchObject({ copied: 400 });
    expect(world.contents()).toEqual(blobs(400));
  });

  it("delays only the request that it throttles now and then", async () => {
    world.put(blobs(200));
    world.service.script.fault(
      { operation: "Put Blob From URL", nth: 40 },
      { kind: "answer", status: 503, code: "ServerBusy", retryAfterSeconds: 2 },
    );
    await world.run({ ...world.prefixes(), maxConcurrency: 8 });
    const asked = world.service.requestsOf("Put Blob From URL").map(({ path }) => path);
    const throttled = asked[39] ?? "";
    // All others continue until it is retried.
    expect(asked.indexOf(throttled, 40) - 39).toBeGreaterThan(20);
    expect(world.contents()).toEqual(blobs(200));
  });

  it("may lose connections: every blob arrives, and only once", async () => {
    world.put(blobs(200));
    let asked = 0;
    const kinds = ["reset before", "reset after effect"] as const;
    world.service.script.random(({ operation }) =>
      operation === "Put Blob From URL" && asked++ % 9 === 0 ? { kind: kinds[asked % 2] ?? "reset before" } : undefined,
    );
    const { receipt } = await world.run(world.prefixes({ options: { overwrite: "if-different" } }));
    expect(receipt).toMatchObject({ total: 200, failed: 0 });
    expect(world.contents()).toEqual(blobs(200));
  });
});

describe("failures", () => {
  it("ends at once on what every blob would meet, and says so", async () => {
    world.put(blobs(2_000));
    world.destination.deleteContainer("dst");
    const { failure } = await world.run({ ...world.prefixes(), maxFailures: 1_000 });
    expect(failure).toMatchObject({ exitCode: ExitCode.COPY_FAILED, side: "destination" });
    expect(failure?.why).toContain("ContainerNotFound");
    expect(world.requests("Put Blob From URL")).toBe(0);
  });

  it("ends at once when the destination's permission does not suffice", async () => {
    world.put(blobs(2_000));
    const sas = world.destination.sas({ container: "dst", permissions: "l" });
    const destination = { ...world.prefix("destination"), credential: { kind: "sas", variable: "SAS" } };
    const { failure } = await world.run({ ...world.prefixes({ destination }), maxFailures: 1_000 }, { environment: { SAS: sas } });
    expect(failure).toMatchObject({ exitCode: ExitCode.NOT_AUTHORISED, side: "destination" });
    expect(failure?.what).toContain("no further one was started");
    expect(world.requests("Put Blob From URL")).toBeLessThan(100);
  });

  it("starts no further blob once more have failed than are tolerated, and lists the first with the remedy", async () => {
    world.put(blobs(500));
    world.service.script.fault(
      { operation: "Put Blob From URL", times: Infinity },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    );
    const { failure } = await world.run({ ...world.prefixes(), maxFailures: 30, maxConcurrency: 4 });
    const failures = world.of("set-failures")[0];
    expect(failures?.failed).toBeLessThan(40);
    expect(failures?.failures).toHaveLength(20);
    expect(failures?.failures[0]?.remedy).not.toBe("");
    expect(failure?.what).toMatch(/^3\d of 3\d blobs were not copied, and no further one was started$/);
  });

  it.each([0, 1, 3])(
    "that are more than %d end a set with one request in flight at that very blob; what was copied stays",
    async (maxFailures) => {
      world.put(blobs(20));
      world.service.script.random(({ operation, path }) =>
        operation === "Put Blob From URL" && /-000[1-9]$/.test(path)
          ? { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" }
          : undefined,
      );
      const set = { ...world.prefixes(), maxFailures, maxConcurrency: 1 };
      const { failure, results } = await world.run(set);
      const statuses = results.map(({ status }) => status);
      expect(statuses).toEqual(["copied", ...Array.from({ length: maxFailures + 1 }, () => "failed")]);
      expect(failure).toMatchObject({
        exitCode: ExitCode.COPY_FAILED,
        what: expect.stringContaining(`${maxFailures + 1} of ${maxFailures + 2}`) as string,
      });
      expect(world.requests("Put Blob From URL")).toBe(maxFailures + 2);
      world.service.script.reset();
      expect((await world.run(set)).receipt).toMatchObject({ copied: 19, skipped: 1 });
    },
  );

  it("are not what the service throttles, and keep a set from pruning", async () => {
    world.put(blobs(30));
    const set = { ...world.prefixes(), prune: true, maxFailures: 5 };
    await world.run(set);
    world.put({ ...blobs(20, "new") });
    for (let index = 20; index < 30; index++) world.source.deleteBlob("src", `blob-00${index}`);
    let asked = 0;
    world.service.script.random(({ operation, path }) => {
      if (operation !== "Put Blob From URL") return undefined;
      if (asked++ % 3 === 0) return { kind: "answer", status: 503, code: "ServerBusy" };
      return path.endsWith("-0007") ? { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" } : undefined;
    });
    const { failure, results } = await world.run(set);
    expect(failure?.what).toBe("1 of 20 blobs was not copied");
    expect(results.filter(({ status }) => status === "copied")).toHaveLength(19);
    expect(world.of("set-failures")[0]?.failed).toBe(1);
    world.service.script.reset();
    expect((await world.run(set)).receipt).toMatchObject({ copied: 1, skipped: 19, pruned: 10 });
  });

  it("are all of the set's, also those of a listing: nothing is taken for an empty source", async () => {
    world.put(blobs(10));
    world.service.script.fault(
      { operation: "List Blobs", path: "/src", times: Infinity },
      { kind: "answer", status: 403, code: "AuthorizationFailure" },
    );
    expect((await world.run(world.prefixes())).failure).toMatchObject({ exitCode: ExitCode.NOT_AUTHORISED, side: "source" });
  });
});

describe("cancellation", () => {
  it.each([
    ["always", "on-intent-change", "the next run copies them again, since overwrite is ALWAYS"],
    ["always", "every-deploy", "the next run does not copy them again"],
    ["if-different", "on-intent-change", "the next run does not copy them again"],
  ])("says what the next run copies again, with overwrite %s and recopy %s", async (overwrite, recopy, expected) => {
    world.put(blobs(8));
    const cancellation = new AbortController();
    const set = { ...world.prefixes({ options: { overwrite } }), maxConcurrency: 1 };
    const intent = { recopy };
    let copied = 0;
    const onResult = () => {
      if (++copied === 3) cancellation.abort(cancelled);
    };
    const { failure } = await world.run(set, { cancel: cancellation.signal, onResult, intent });
    expect(failure?.remedy).toMatch(new RegExp(`\\d blobs were copied and 0 were there already: they stay, and ${expected}$`));
    const first = Object.keys(world.contents()).length;
    expect((await world.run(set, { intent })).receipt).toMatchObject({ skipped: expected.includes("not") ? first : 0 });
  });

  it("starts nothing more, keeps what is complete, and the next run copies the rest only", async () => {
    world.put(blobs(1_000));
    world.service.latencyMilliseconds = 5;
    const cancellation = new AbortController();
    let copied = 0;
    const { failure } = await world.run(
      { ...world.prefixes(), maxConcurrency: 16 },
      {
        cancel: cancellation.signal,
        onResult: () => {
          if (++copied === 100) cancellation.abort(cancelled);
        },
      },
    );
    expect(failure).toMatchObject({ exitCode: ExitCode.INTERRUPTED, what: "Cancelled" });
    expect(failure?.remedy).toMatch(/\d+ blobs were copied .* the next run does not copy them again/);
    const first = world.requests("Put Blob From URL");
    expect(first).toBeLessThan(200);
    expect(Object.keys(world.contents())).toHaveLength(first);

    expect((await world.run(world.prefixes())).receipt).toMatchObject({ skipped: first, copied: 1_000 - first });
    expect(world.requests("Put Blob From URL")).toBe(1_000);
    expect(world.contents()).toEqual(blobs(1_000));
  });

  it("waits for answers under way for a moment only", async () => {
    world.put(blobs(3));
    world.service.script.fault({ operation: "Put Blob From URL", times: Infinity }, { kind: "hang" });
    const cancellation = new AbortController();
    let waited = 0;
    const clock: Clock = {
      ...systemClock,
      sleep: async (milliseconds, signal) => {
        if (!cancellation.signal.aborted) return systemClock.sleep(milliseconds, signal);
        await systemClock.sleep(milliseconds / 5, signal);
        waited = Math.max(waited, milliseconds);
      },
    };
    const running = world.run(world.prefixes(), { cancel: cancellation.signal, clock });
    while (world.requests("Put Blob From URL") < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    cancellation.abort(cancelled);
    const { failure, results } = await running;
    expect(failure?.what).toBe("Cancelled");
    expect(waited).toBeGreaterThan(0);
    expect(waited).toBeLessThanOrEqual(5_000);
    expect(results.filter(({ status }) => status === "failed")).toEqual([]);
  });

  it("rolls back the asynchronous copies under way", async () => {
    world.destination.putBlob("dst", "near/one", { content: "x".repeat(9 * 1024 * 1024) });
    world.destination.putBlob("dst", "far/one", { content: "old" });
    world.service.script.copies({ neverEnds: true });
    const cancellation = new AbortController();
    const source = { ...world.prefix("destination", "near/") };
    const running = world.run(world.prefixes({ source, destination: world.prefix("destination", "far/") }), {
      cancel: cancellation.signal,
    });
    while (world.requests("Copy Blob") === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    setTimeout(() => cancellation.abort(cancelled), 50);
    world.service.script.reset();
    expect((await running).failure?.what).toBe("Cancelled");
    expect(world.destination.getBlob("dst", "far/one")?.content.read().toString()).toBe("old");
    expect(world.journal.isEmpty).toBe(true);
  });
});
