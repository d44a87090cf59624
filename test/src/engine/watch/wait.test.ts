import { CopyMethod } from "../../../../src/intent";
import { ExitCode } from "../../../../src/failure/exit-code";
import { LOST_BEFORE, refused } from "../../../support/memory-store/script";
import { DESTINATION, MINUTE, SOURCE, World } from "../support/world";

const declared = { method: CopyMethod.COPY_BLOB };

function pendingFor(milliseconds: number, more: object = {}): World {
  const world = new World();
  world.service.put(SOURCE, "new", 1_000_000);
  world.service.copyPlan = { milliseconds, ...more };
  return world;
}

test.each([
  ["tells its progress", false],
  ["tells no progress", true],
])("a copy of 20 seconds that %s is noticed within a quarter of a second", async (_, silent) => {
  const world = pendingFor(20_000, { silent });
  const { receipts, milliseconds } = await world.run(declared);
  expect(receipts?.[0]).toMatchObject({ copyStatus: "success", bytesCopied: 1_000_000 });
  expect(milliseconds).toBeGreaterThanOrEqual(20_000);
  expect(milliseconds).toBeLessThanOrEqual(20_250);
});

test.each<[string, ((share: number) => number) | undefined]>([
  ["goes on steadily", undefined],
  ["gets slower", Math.sqrt],
  ["gets faster", (share) => share ** 2],
])("a copy of an hour that %s is asked about sixty times at most, and its end is seen within ten seconds", async (_, progress) => {
  const world = pendingFor(60 * MINUTE, progress && { progress });
  const { receipts, milliseconds } = await world.run(declared, { intent: { timeoutMilliseconds: 120 * MINUTE } });
  expect(receipts).toBeDefined();
  expect(milliseconds - 60 * MINUTE).toBeLessThanOrEqual(10_000);
  expect(world.service.count("Get Blob Properties")).toBeLessThanOrEqual(60);
});

test("a copy that was queued for most of its time is noticed within ten seconds, too", async () => {
  const world = pendingFor(60 * MINUTE, { progress: (share: number) => Math.max(0, (share - 0.9) * 10) });
  const { milliseconds } = await world.run(declared, { intent: { timeoutMilliseconds: 120 * MINUTE } });
  expect(milliseconds - 60 * MINUTE).toBeLessThanOrEqual(10_000);
});

test("a short copy is noticed at once", async () => {
  const { milliseconds } = await pendingFor(150).run(declared);
  expect(milliseconds).toBeLessThanOrEqual(400);
});

test("a transient trouble that the service tells of while the copy is pending is no failure", async () => {
  const world = pendingFor(3_000, { trouble: '502 BadGateway "Will retry."' });
  expect((await world.run(declared)).failure).toBeUndefined();
  expect(world.of("copy-progress")[0]?.statusDescription).toContain("502");
});

test("a failed copy ends the run with the service's reason", async () => {
  const { failure } = await pendingFor(3_000, { failure: '403 Forbidden "The source refused."' }).run(declared);
  expect(failure).toMatchObject({ exitCode: ExitCode.COPY_FAILED, side: "source" });
  expect(failure?.why).toContain("403 Forbidden");
  expect(failure?.remedy).toContain("credential");
});

test("a source that changes while it is copied fails the copy", async () => {
  const world = pendingFor(3_000);
  world.clock.after(1_000, () => world.service.put(SOURCE, "newer", 900));
  const { failure } = await world.run(declared);
  expect(failure?.why).toContain("412");
  expect(world.see()).toBeUndefined();
});

test.each<[string, (world: World) => void, string]>([
  ["deleted", (world) => world.service.delete(DESTINATION), "deleted the destination"],
  ["overwritten", (world) => void world.service.put(DESTINATION, "theirs", 3), "wrote the destination"],
])("a destination that somebody has %s ends the run", async (_, intervene, why) => {
  const world = pendingFor(10_000);
  world.clock.after(2_000, () => intervene(world));
  const { failure, milliseconds } = await world.run(declared);
  expect(failure?.why).toContain(why);
  expect(milliseconds).toBeLessThan(9_000);
});

test("a copy that somebody else started instead ends the run, and is left alone", async () => {
  const world = pendingFor(10_000);
  world.service.put("https://other.blob.test/container/theirs", "theirs", 500);
  world.clock.after(2_000, () => {
    if (world.copy === undefined) throw new Error("there is no copy");
    world.endCopy();
    world.startTheirs("https://other.blob.test/container/theirs");
  });
  const { failure } = await world.run(declared);
  expect(failure?.why).toContain(world.copy?.id);
  expect(world.copy?.status).toBe("pending");
});

test("an aborted copy ends the run", async () => {
  const world = pendingFor(10_000);
  world.clock.after(2_000, () => world.endCopy());
  const { failure } = await world.run(declared);
  expect(failure?.why).toContain("another client aborted copy");
  expect(world.see()).toBeUndefined();
});

test("errors while looking are ridden out, for minutes if it must be", async () => {
  const world = pendingFor(5 * MINUTE);
  const from = world.clock.now() + 10_000;
  world.service.chance = (operation) => {
    const since = world.clock.now() - from;
    if (operation !== "Get Blob Properties" || since < 0 || since > 3 * MINUTE) return undefined;
    return since < MINUTE ? LOST_BEFORE : refused(503, "ServerBusy");
  };
  const { failure } = await world.run(declared);
  expect(failure).toBeUndefined();
  expect(world.of("warning").some(({ text }) => text.includes("cannot read the state of the copy"))).toBe(true);
});

describe("a credential that is revoked while a copy is waited for", () => {
  const REFUSALS = [
    [403, "AuthenticationFailed"],
    [403, "AuthorizationFailure"],
    [403, "AuthorizationPermissionMismatch"],
    [403, "KeyBasedAuthenticationNotPermitted"],
    [401, "InvalidAuthenticationInfo"],
  ] as const;
  /** Refuses all requests for this long, beginning after one minute. */
  const revoked = (status: number, code: string, milliseconds: number, before = pendingFor(30 * MINUTE)) => {
    const from = before.clock.now() + MINUTE;
    before.service.chance = () => {
      const since = before.clock.now() - from;
      return since >= 0 && since < milliseconds ? refused(status, code) : undefined;
    };
    return before;
  };
  const said = (world: World) => world.of("warning").filter(({ text }) => text.includes("may no longer read the state of the copy"));

  test.each(REFUSALS)("and accepted again within two minutes (%i %s) does not end it", async (status, code) => {
    const world = revoked(status, code, 1.5 * MINUTE);
    expect((await world.run(declared)).failure).toBeUndefined();
    expect(said(world)).toHaveLength(1);
    expect(world.leftBehind()).toEqual([]);
  });

  test.each(REFUSALS)("for good (%i %s) ends it after two minutes, and what remains is told", async (status, code) => {
    const world = revoked(status, code, Infinity, pendingFor(30 * MINUTE).withOldDestination());
    const { failure, milliseconds } = await world.run(declared);
    expect(failure).toMatchObject({ exitCode: ExitCode.NOT_AUTHORISED, side: "destination" });
    expect(milliseconds).toBeLessThan(4 * MINUTE);
    expect(said(world)).toHaveLength(1);
    const [undone] = world.of("rollback-finished");
    expect(undone?.outcome).toBe("incomplete");
    expect(undone?.detail).toContain(`If copy ${world.copy?.id} is still pending, abort it. The old content is in snapshot`);
    world.service.chance = () => undefined;
    world.service.copyPlan = { milliseconds: 1_000 };
    expect((await world.run(declared)).failure).toBeUndefined();
    expect(world.leftBehind()).toEqual([]);
  });

  test("still ends by the timeout, which comes first", async () => {
    const world = revoked(403, "AuthorizationFailure", Infinity);
    const { failure, milliseconds } = await world.run(declared, { intent: { timeoutMilliseconds: 2 * MINUTE } });
    expect(failure?.exitCode).toBe(ExitCode.TIMED_OUT);
    expect(milliseconds).toBeLessThan(2 * MINUTE + 1_000);
    expect(world.outcomes).toEqual(["incomplete"]);
  });

  test("is undone in time where only looks are refused", async () => {
    const world = pendingFor(30 * MINUTE).withOldDestination();
    const before = world.see();
    const from = world.clock.now() + MINUTE;
    world.service.chance = (operation) =>
      operation === "Get Blob Properties" && world.clock.now() >= from && world.service.count("Abort Copy Blob") === 0
        ? refused(403, "AuthorizationFailure")
        : undefined;
    expect((await world.run(declared)).failure?.exitCode).toBe(ExitCode.NOT_AUTHORISED);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });
});
