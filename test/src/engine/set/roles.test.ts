import { TokenCache } from "../../../../src/azure/identity/token-cache";
import { type Clock, systemClock } from "../../../../src/engine/ports/clock";
import { ExitCode } from "../../../../src/failure/exit-code";
import { SetWorld } from "./set-world";

const HOUR = 3_600_000;
const OID = "the-deployer";
const TOKEN = `e30.${Buffer.from(JSON.stringify({ oid: OID })).toString("base64url")}.c2lnbmF0dXJl`;
const IDENTITY = { kind: "default-azure-credential" };
/** Milliseconds between two tries. */
const PAUSE = 15_000;
const BLOBS = 150;

type Side = "source" | "destination";

/**
 * Two accounts whose deployer gets the roles while the set runs: after some refusals of an
 * operation.
 */
class RoleWorld {
  readonly refusals = new Map<string, number>();

  static async start(): Promise<RoleWorld> {
    return new RoleWorld(await SetWorld.start({ bearerTokens: [TOKEN] }));
  }

  private constructor(readonly world: SetWorld) {
    world.put(Object.fromEntries(Array.from({ length: BLOBS }, (_, index) => [`blob-${String(index).padStart(3, "0")}`, `${index}`])));
    this.permit("source", "");
    this.permit("destination", "");
  }

  permit(side: Side, letters: string): void {
    this.world[side].rules.roles = { [OID]: letters };
  }

  /** Grants a role after an operation has been refused this many times. */
  permitAfter(
    steps: readonly { readonly operation: string; readonly times: number; readonly side: Side; readonly letters: string }[],
  ): void {
    const left = [...steps];
    this.world.service.script.random(({ operation, path }) => {
      const [step] = left;
      if (step === undefined || step.operation !== operation || !path.includes(step.side === "source" ? "/src" : "/dst")) return undefined;
      const asked = (this.refusals.get(`${step.side} ${operation}`) ?? 0) + 1;
      this.refusals.set(`${step.side} ${operation}`, asked);
      if (asked < step.times) return undefined;
      left.shift();
      // Only the next request sees the new role.
      setImmediate(() => this.permit(step.side, step.letters));
      return { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" };
    });
  }

  prefixes() {
    const at = (side: Side) => ({ ...this.world.prefix(side), credential: IDENTITY });
    return { source: at("source"), destination: at("destination") };
  }

  /** A clock on which pauses take no time. */
  readonly #hurried: Clock = {
    now: () => systemClock.now() + this.#skipped,
    sleep: (milliseconds, signal) => {
      if (milliseconds !== PAUSE) return systemClock.sleep(milliseconds, signal);
      this.#skipped += milliseconds;
      return systemClock.sleep(1, signal);
    },
  };
  #skipped = 0;

  run(change: Record<string, unknown> = {}, clock = this.#hurried, timeoutMilliseconds = HOUR) {
    const token = { token: TOKEN, expiresOnTimestamp: Date.now() + 24 * HOUR };
    const tokens = new Map([["", new TokenCache(() => Promise.resolve(token), systemClock)]]);
    const set = { prefixes: this.prefixes(), ...change };
    return this.world.run(set, { tokens, clock, intent: { timeoutMilliseconds } });
  }

  get warnings(): readonly string[] {
    return this.world.of("warning").map(({ text }) => text);
  }
}

let roles: RoleWorld;
beforeEach(async () => {
  roles = await RoleWorld.start();
});
afterEach(() => roles.world.stop());

const LATE = {
  list: { operation: "List Blobs", times: 3, side: "source", letters: "rl" },
  look: { times: 3, side: "destination", letters: "rl" },
  write: { times: 20, side: "destination", letters: "rlwcd" },
} as const;
const SEPARATE = [{ ...LATE.look, operation: "List Blobs" }, LATE.list, { ...LATE.write, operation: "Put Blob From URL" }] as const;

test.each([
  ["separate", {}, SEPARATE],
  ["atomic", { atomic: true }, [{ ...LATE.look, operation: "Get Blob" }, LATE.list, { ...LATE.write, operation: "Put Block From URL" }]],
])("a set that is %s waits as a whole for each role that was assigned just now, and says so once a side", async (_what, change, steps) => {
  roles.permitAfter(steps);
  const { receipt, failure } = await roles.run(change);
  expect(failure).toBeUndefined();
  expect(receipt).toMatchObject({ copied: BLOBS, failed: 0 });
  expect([...roles.warnings].sort()).toEqual([
    expect.stringMatching(/lacks a role on the destination/),
    expect.stringMatching(/lacks a role on the source \(List Blobs was answered 403\).*tried again for up to \d+ minutes/),
  ]);
  // The requests that were in flight at the first refusal, and one at a time afterwards.
  const refused = roles.world.requests(steps[2].operation) - BLOBS;
  expect(refused).toBeGreaterThanOrEqual(LATE.write.times);
  expect(refused).toBeLessThan(40);
});

test("a manifest's looks, and copies that take several requests, wait for their roles, too", async () => {
  const { world } = roles;
  const side = (name: Side, blobName: string) => ({ kind: "blob", ...world.container(name), blobName, credential: IDENTITY });
  const names = ["blob-000", "blob-001", "blob-002"];
  world.manifest = names.map((name) =>
    JSON.stringify({ key: name, source: side("source", name), destination: side("destination", name), method: "copy-blob" }),
  );
  roles.permitAfter([
    { operation: "Get Blob", times: 4, side: "destination", letters: "r" },
    { operation: "Get Blob Properties", times: 4, side: "source", letters: "r" },
    { operation: "Copy Blob", times: 5, side: "destination", letters: "rwcd" },
  ]);
  const { receipt, failure } = await roles.run({ prefixes: undefined, manifest: { file: "manifest.ndjson" } });
  expect(failure).toBeUndefined();
  expect(receipt).toMatchObject({ copied: names.length });
  expect(Object.keys(world.contents())).toEqual(names);
  // The SAS that is made with the identity can only read one blob.
  const made = world.service.requestsOf("Copy Blob").map(({ headers }) => new URL(String(headers["x-ms-copy-source"])).searchParams);
  expect(new Set(made.map((query) => `${query.get("skoid") !== null} ${query.get("sr")} ${query.get("sp")}`))).toEqual(
    new Set(["true b r"]),
  );
});

test("a role that never comes is waited for during half of the timeout, by one request at a time", async () => {
  roles.permit("source", "rl");
  roles.permit("destination", "rl");
  const { failure } = await roles.run({}, undefined, 6 * 60_000);
  expect(failure).toMatchObject({ exitCode: ExitCode.NOT_AUTHORISED, side: "destination" });
  expect(failure?.why).toContain("Storage Blob Data Contributor");
  expect(roles.warnings).toEqual([expect.stringMatching(/for up to [23] minutes/)]);
  expect(roles.world.requests("Put Blob From URL")).toBeLessThan(40);
});

test("once something was copied a refusal is final", async () => {
  roles.permit("source", "rl");
  roles.permit("destination", "rlwc");
  roles.world.service.script.fault(
    { operation: "Put Blob From URL", nth: 100, times: Infinity },
    { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" },
  );
  const { failure } = await roles.run({}, systemClock);
  expect(failure).toMatchObject({ exitCode: ExitCode.NOT_AUTHORISED });
  expect(roles.warnings).toEqual([]);
});

test("a set that ends for something else waits for nothing any more", async () => {
  roles.permit("source", "rl");
  roles.permit("destination", "rl");
  const { script } = roles.world.service;
  // Its answer is late: by then the others are waiting.
  script.random(({ operation, path }) => {
    if (operation !== "Put Blob From URL" || !path.endsWith("blob-003")) return undefined;
    return roles.warnings.length > 0 ? { kind: "answer", status: 409, code: "ContainerBeingDeleted" } : { kind: "reset before" };
  });
  // A request that kept waiting would exceed this test's timeout.
  const patient: Clock = {
    ...systemClock,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds === PAUSE ? HOUR : milliseconds, signal),
  };
  const { failure } = await roles.run({}, patient);
  expect(failure?.why).toContain("ContainerBeingDeleted");
});
