import { CopyMethod } from "../../../../src/intent";
import { CopyFailure } from "../../../../src/failure/copy-failure";
import { ExitCode } from "../../../../src/failure/exit-code";
import type { MemoryCredential } from "../../../support/memory-store/destination";
import { DESTINATION, MINUTE, World } from "../support/world";

const declared = { method: CopyMethod.COPY_BLOB };

test("a copy that outlasts its timeout is undone, with exit code 124", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 30 * MINUTE };
  const before = world.see();
  const { failure, milliseconds } = await world.run(declared, { intent: { timeoutMilliseconds: 10 * MINUTE } });
  expect(failure).toMatchObject({ exitCode: ExitCode.TIMED_OUT });
  expect(failure?.why).toContain("600 seconds");
  expect(milliseconds).toBeLessThan(10 * MINUTE + 1_000);
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test("a request that hangs does not outlast the timeout by much", async () => {
  const world = new World();
  world.service.script("Put Blob From URL", { delay: 60 * MINUTE });
  const { failure, milliseconds } = await world.run({}, { intent: { timeoutMilliseconds: MINUTE } });
  expect(failure?.exitCode).toBe(ExitCode.TIMED_OUT);
  expect(milliseconds).toBeLessThanOrEqual(MINUTE + 10_000);
});

test.each([
  ["timeout", {}, MINUTE],
  ["cancellation", { cancelAfter: 5_000 }, 5_000],
])("a restore point that never comes holds up no %s", async (_, how, milliseconds) => {
  const world = new World().withOldDestination();
  const before = world.see();
  world.service.script("Snapshot Blob", { delay: 60 * MINUTE, effect: "none" });
  const ended = await world.run(declared, { intent: { timeoutMilliseconds: MINUTE }, ...how });
  expect(ended.failure?.exitCode).toBe(milliseconds === MINUTE ? ExitCode.TIMED_OUT : ExitCode.INTERRUPTED);
  expect(ended.milliseconds - milliseconds).toBeLessThanOrEqual(6_000);
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test("a copy is ended while a credential that expires can still abort it", async () => {
  const world = new World().withOldDestination();
  world.service.copyPlan = { milliseconds: 30 * MINUTE };
  const before = world.see();
  const expiry = world.clock.now() + 5 * MINUTE;
  const { failure, milliseconds } = await world.run(declared, { credential: { expiresOn: new Date(expiry) } });
  expect(failure).toMatchObject({ exitCode: ExitCode.NOT_AUTHORISED, side: "destination" });
  expect(milliseconds).toBeLessThan(5 * MINUTE);
  expect(world.see()).toEqual(before);
  expect(world.leftBehind()).toEqual([]);
});

test("a credential that has expired is told before anything is started", async () => {
  const world = new World();
  const { failure } = await world.run(declared, { credential: { expiresOn: new Date(world.clock.now() - 1) } });
  expect(failure?.exitCode).toBe(ExitCode.NOT_AUTHORISED);
  expect(world.service.count("Copy Blob")).toBe(0);
});

test("a credential that outlives the copy is no concern", async () => {
  const world = new World();
  world.service.copyPlan = { milliseconds: MINUTE };
  const { failure } = await world.run(declared, { credential: { expiresOn: new Date(world.clock.now() + 365 * 24 * 60 * MINUTE) } });
  expect(failure).toBeUndefined();
  expect(world.see(DESTINATION)).toBeDefined();
});

describe("a token", () => {
  const LIFETIME = 10 * MINUTE;

  test("that cannot be renewed ends the copy while it can still abort it", async () => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 30 * MINUTE };
    const before = world.see();
    const renew = jest.fn();
    const { failure, milliseconds } = await world.run(declared, {
      credential: { expiresOn: new Date(world.clock.now() + LIFETIME), renew },
    });
    expect(failure).toMatchObject({ exitCode: ExitCode.NOT_AUTHORISED, side: "destination" });
    expect(failure?.why).toMatch(/could not be renewed/);
    expect(milliseconds).toBeLessThan(LIFETIME);
    expect(milliseconds).toBeGreaterThanOrEqual(LIFETIME - MINUTE);
    expect(renew.mock.calls.length).toBeGreaterThan(5);
    expect(world.see()).toEqual(before);
    expect(world.leftBehind()).toEqual([]);
  });

  test("that cannot be renewed says why, and what whoever signs in would have done", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: 30 * MINUTE };
    const refused = {
      exitCode: ExitCode.NOT_AUTHORISED,
      what: "The identity returned no token",
      why: "AADSTS700024",
      remedy: "deploy again",
    };
    const renew = (onFailure: (error: unknown) => void) => onFailure(new CopyFailure(refused));
    const { failure } = await world.run(declared, { credential: { expiresOn: new Date(world.clock.now() + LIFETIME), renew } });
    expect(failure).toMatchObject({ exitCode: ExitCode.NOT_AUTHORISED, side: "destination", remedy: "deploy again" });
    expect(failure?.why).toMatch(/^The identity returned no token: AADSTS700024; its token could not be renewed/);
  });

  test("that is renewed again and again is no concern", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: 45 * MINUTE };
    const credential: MemoryCredential = {
      expiresOn: new Date(world.clock.now() + LIFETIME),
      renew: () => (credential.expiresOn = new Date(world.clock.now() + LIFETIME)),
    };
    expect((await world.run(declared, { credential })).failure).toBeUndefined();
  });

  test.each([
    ["before it is due to be renewed", 2 * MINUTE],
    ["while it is asked for", LIFETIME - MINUTE],
  ])("that has expired while the machine was asleep, from %s, is renewed", async (_, after) => {
    const world = new World().withOldDestination();
    world.service.copyPlan = { milliseconds: 30 * MINUTE };
    const credential: MemoryCredential = {
      expiresOn: new Date(world.clock.now() + LIFETIME),
      // The network also needs a moment to come back.
      renew: () => void world.clock.after(20_000, () => (credential.expiresOn = new Date(world.clock.now() + LIFETIME))),
    };
    world.clock.after(after, () => world.clock.suspend(8 * 60 * MINUTE));
    expect((await world.run(declared, { intent: { timeoutMilliseconds: 24 * 60 * MINUTE }, credential })).failure).toBeUndefined();
  });

  test("that has expired while the machine was asleep, and cannot be renewed, ends the copy", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: 30 * MINUTE };
    const credential: MemoryCredential = { expiresOn: new Date(world.clock.now() + LIFETIME), renew: () => undefined };
    world.clock.after(2 * MINUTE, () => world.clock.suspend(8 * 60 * MINUTE));
    const { failure } = await world.run(declared, { intent: { timeoutMilliseconds: 24 * 60 * MINUTE }, credential });
    expect(failure?.why).toMatch(/could not be renewed/);
  });

  test("that comes with the first request is watched from then on", async () => {
    const world = new World();
    world.service.copyPlan = { milliseconds: 30 * MINUTE };
    const credential: MemoryCredential = { renew: () => undefined };
    world.clock.after(1, () => (credential.expiresOn = new Date(world.clock.now() + LIFETIME)));
    expect((await world.run(declared, { credential })).failure?.exitCode).toBe(ExitCode.NOT_AUTHORISED);
    expect(world.leftBehind()).toEqual([]);
  });
});
