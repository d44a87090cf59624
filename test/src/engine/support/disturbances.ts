import fc from "fast-check";
import { BlobType, CopyMethod, SourceGuard } from "../../../../src/intent";
import { LOST_AFTER, LOST_BEFORE, refused, type Script, SENT_AGAIN } from "../../../support/memory-store/script";
import type { CopyPlan } from "../../../support/memory-store/service";
import { REPLACING } from "./prepared-world";
import { type Declared, DESTINATION, MEBIBYTE, MINUTE, SOURCE, World } from "./world";

/** A declared copy, and the state before it. */
export interface Scenario {
  readonly method: CopyMethod;
  readonly present: boolean;
  readonly declaresMetadata: boolean;
  readonly tags: "none" | "few" | "big";
  readonly declaresHeaders: boolean;
  readonly guard: SourceGuard;
  readonly plan: CopyPlan;
  readonly restorePlan: CopyPlan;
}

/** Disturbances during one run. Milliseconds from its start. */
export interface Disturbance {
  /** By the number of the request within the run. */
  readonly scripts: readonly { readonly request: number; readonly script: Script }[];
  /** The first request that copies is refused, as if the service did not offer the method. */
  readonly refusesMethods: boolean;
  readonly outage: { readonly from: number; readonly milliseconds: number } | undefined;
  readonly cancelAfter: number | undefined;
  readonly commitFails: boolean;
}

const BIG_TAGS = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`key-${index}-${"k".repeat(100)}`, "v".repeat(250)]));

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  method: fc.constantFrom(...REPLACING),
  present: fc.boolean(),
  declaresMetadata: fc.boolean(),
  tags: fc.constantFrom("none", "few", "big"),
  declaresHeaders: fc.boolean(),
  guard: fc.constantFrom(SourceGuard.ETAG, SourceGuard.LEASE),
  plan: fc.oneof(
    fc.record({ milliseconds: fc.constantFrom(0, 700, 40_000) }),
    fc.record({ milliseconds: fc.constantFrom(700, 20_000), failure: fc.constant('500 OperationCancelled "Copy failed."') }),
  ),
  restorePlan: fc.record({ milliseconds: fc.constantFrom(0, 0, 5_000) }),
});

const scripts: fc.Arbitrary<Script> = fc.oneof(
  fc.constantFrom<Script>(
    LOST_BEFORE,
    LOST_AFTER,
    { effect: "twice" },
    SENT_AGAIN,
    { answer: { status: 500, code: "InternalError" } },
    refused(500, "InternalError"),
    refused(503, "ServerBusy"),
    refused(403, "AuthorizationFailure"),
    refused(501, "NotImplemented"),
  ),
  fc.record({ delay: fc.integer({ min: 1, max: 1_500 }), answerDelay: fc.integer({ min: 1, max: 30_000 }) }),
);

export const disturbances: fc.Arbitrary<Disturbance> = fc.record({
  scripts: fc.array(fc.record({ request: fc.integer({ min: 1, max: 40 }), script: scripts }), { maxLength: 6 }),
  refusesMethods: fc.boolean(),
  outage: fc.option(fc.record({ from: fc.integer({ min: 0, max: 30_000 }), milliseconds: fc.integer({ min: 1, max: 4 * MINUTE }) }), {
    nil: undefined,
    freq: 4,
  }),
  cancelAfter: fc.option(fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 45_000 })), { nil: undefined, freq: 1 }),
  commitFails: fc.boolean(),
});

/** Prepares the world and returns the declaration. */
export function stage(world: World, scenario: Scenario): Declared {
  const { method, present, tags } = scenario;
  const type =
    method === CopyMethod.PUT_PAGE_FROM_URL
      ? BlobType.PAGE
      : method === CopyMethod.APPEND_BLOCK_FROM_URL
        ? BlobType.APPEND
        : BlobType.BLOCK;
  world.service.put(SOURCE, "new", type === BlobType.APPEND ? 150 * MEBIBYTE : 20 * MEBIBYTE, {
    type,
    metadata: { release: "3" },
    contentHeaders: { contentType: "model/onnx" },
  });
  if (present) {
    world.service.put(DESTINATION, "old", 1_024, {
      type,
      metadata: { release: "2" },
      tags: { team: "a" },
      contentHeaders: { cacheControl: "no-cache" },
      ...(type === BlobType.BLOCK ? { tier: "Cool" } : {}),
    });
  }
  world.service.copyPlan = scenario.plan;
  world.service.restorePlan = scenario.restorePlan;
  return {
    method,
    sourceGuard: scenario.guard,
    ...(scenario.declaresMetadata ? { metadata: { release: "3", owner: "b" } } : {}),
    ...(tags === "none" ? {} : { tags: tags === "few" ? { team: "b" } : BIG_TAGS }),
    ...(scenario.declaresHeaders ? { contentHeaders: { contentLanguage: "en" } } : {}),
  };
}

/** The destination's state after a complete copy. */
export async function complete(scenario: Scenario): Promise<object | undefined> {
  const world = new World();
  const declared = stage(world, { ...scenario, present: false, plan: { milliseconds: 0 } });
  await world.run(declared);
  return world.see();
}

/** Applies the disturbance to the next requests. */
export function disturb(world: World, { scripts: planned, refusesMethods, outage }: Disturbance): void {
  const startedAt = world.clock.now();
  let request = 0;
  let refuses = refusesMethods;
  world.service.chance = (operation) => {
    request++;
    if (refuses && operation.endsWith("From URL")) {
      refuses = false;
      return refused(409, "CannotVerifyCopySource", { copySourceStatus: 409 });
    }
    const elapsed = world.clock.now() - startedAt;
    if (outage !== undefined && elapsed >= outage.from && elapsed < outage.from + outage.milliseconds) return LOST_BEFORE;
    return planned.find((one) => one.request === request)?.script;
  };
}

export function calm(world: World): void {
  world.service.chance = () => undefined;
  world.service.copyPlan = { milliseconds: 3_000 };
}
