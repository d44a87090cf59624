import { ExitCode } from "../../../../src/failure/exit-code";
import { CopyMethod, SourceGuard } from "../../../../src/intent";
import { prepared, STATES } from "../support/prepared-world";
import { MINUTE, type World } from "../support/world";

const METHODS = [
  CopyMethod.COPY_BLOB,
  CopyMethod.PUT_BLOB_FROM_URL,
  CopyMethod.COPY_BLOB_FROM_URL,
  CopyMethod.PUT_BLOCK_FROM_URL,
  CopyMethod.PUT_PAGE_FROM_URL,
  CopyMethod.APPEND_BLOCK_FROM_URL,
];
const TABLE = METHODS.flatMap((method) => STATES.map((state) => [method, state] as const));
const TIMEOUT = 5 * MINUTE;
/** The limit of a rollback in docs/limits.md, and the last request of each of its steps. */
const ROLLBACK = 10 * MINUTE;

const declaredOf = (method: CopyMethod) => ({ method, sourceGuard: SourceGuard.LEASE });

/**
 * A service that accepts `operation` and never answers it. With `all`, it does not answer later
 * requests either.
 */
function hang(world: World, operation: string, all: boolean): void {
  const { chance } = world.service;
  let isHanging = false;
  world.service.chance = (asked) => {
    isHanging ||= asked === operation;
    return asked === operation || (all && isHanging) ? { delay: 24 * 60 * MINUTE, effect: "none" } : chance(asked);
  };
}

test.each(TABLE)(
  "each request of %s that is never answered ends with the timeout and its rollback (destination %s)",
  async (method, state) => {
    const known = prepared(method, state);
    await known.run(declaredOf(method));
    const operations = new Set(known.service.requests.map(({ operation }) => operation));
    expect(operations.size).toBeGreaterThanOrEqual(4);
    for (const operation of operations) {
      for (const all of [false, true]) {
        const world = prepared(method, state);
        hang(world, operation, all);
        const { failure, milliseconds } = await world.run(declaredOf(method), { intent: { timeoutMilliseconds: TIMEOUT } });
        const step = `${operation}${all ? " and all after it" : ""}`;
        // A restore point that is no longer needed does not fail the run.
        expect([step, failure?.exitCode]).toEqual([step, operation === "Delete Snapshot" ? undefined : ExitCode.TIMED_OUT]);
        expect([step, milliseconds <= TIMEOUT + ROLLBACK]).toEqual([step, true]);
      }
    }
  },
);

test.each(TABLE)("each request of the undoing of %s that is never answered is given up (destination %s)", async (method, state) => {
  const isCancelledAt = method === CopyMethod.COPY_BLOB ? 5_000 : /blob-from-url/.test(method) ? 500 : 1_500;
  const known = prepared(method, state);
  const asked = async (world: World) => (await world.run(declaredOf(method), { cancelAfter: isCancelledAt })).failure?.exitCode;
  expect(await asked(known)).toBe(ExitCode.INTERRUPTED);
  const undoing = known.service.requests.filter(({ at }) => at >= (known.service.requests[0]?.at ?? 0) + isCancelledAt);
  for (const operation of new Set(undoing.map((request) => request.operation))) {
    for (const all of [false, true]) {
      const world = prepared(method, state);
      const startedAt = world.clock.now();
      world.clock.after(isCancelledAt, () => hang(world, operation, all));
      expect(await asked(world)).toBe(ExitCode.INTERRUPTED);
      expect([operation, world.clock.now() - startedAt <= isCancelledAt + ROLLBACK]).toEqual([operation, true]);
    }
  }
});
