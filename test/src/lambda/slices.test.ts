import fc from "fast-check";
import { BlobType, CopyMethod } from "../../../src/intent";
import { MemoryProcess } from "../../support/memory-store/exchange";
import { AFTERWARDS, AwsWorld, DESTINATION, OTHER_SOURCE, SOURCE, template } from "./support/aws-world";
import { chaosOf, deploy, withDeaths } from "./support/chaos";

const MINUTE = 60_000;
const GIBIBYTE = 1024 ** 3;

interface Case {
  readonly method: CopyMethod;
  readonly type: BlobType;
  /** The request that copies one piece. */
  readonly operation: string;
  readonly length: number;
  /**
   * Time that the service takes for a piece. All pieces take some 25 minutes, and an invocation has
   * 10.
   */
  readonly delay: number;
  /** Number of pieces. */
  readonly pieces: number;
  /**
   * Maximum number of requests in flight when an invocation ends. They are cut off, or their
   * answers are lost.
   */
  readonly inFlight: number;
}

const CASES: readonly Case[] = [
  {
    method: CopyMethod.PUT_BLOCK_FROM_URL,
    type: BlobType.BLOCK,
    operation: "Put Block From URL",
    length: 40 * GIBIBYTE,
    delay: 4 * MINUTE,
    pieces: 320,
    inFlight: 64,
  },
  {
    method: CopyMethod.PUT_PAGE_FROM_URL,
    type: BlobType.PAGE,
    operation: "Put Page From URL",
    length: GIBIBYTE + 512,
    delay: 4 * MINUTE,
    pieces: 257,
    inFlight: 64,
  },
  {
    method: CopyMethod.APPEND_BLOCK_FROM_URL,
    type: BlobType.APPEND,
    operation: "Append Block From URL",
    length: 10 * 100 * 1024 ** 2 + 7,
    delay: 2.5 * MINUTE,
    pieces: 11,
    inFlight: 1,
  },
];

describe("a copy by ranges that takes longer than an invocation", () => {
  let world: AwsWorld;

  function worldFor({ type, length, operation, delay }: Case): void {
    world = new AwsWorld();
    world.service.put(SOURCE, "large", length, { type, md5: false });
    world.service.chance = (asked) => (asked === operation ? { delay } : undefined);
  }

  const contentAt = (url: string) => (world.see(url) as { readonly content: string } | undefined)?.content;

  /** Number of pieces that the service accepted more than once. */
  function repeated({ operation, pieces }: Case): number {
    return world.service.count(operation) - pieces;
  }

  describe.each(CASES)("by $method", (one) => {
    beforeEach(() => worldFor(one));

    it.each([false, true])(
      "goes on in the next invocation, and copies no piece twice that is there (present before: %s)",
      async (present) => {
        if (present) world.service.put(DESTINATION, "old", 512, { type: one.type });
        expect(await world.create(template({ method: one.method }))).toBe("CREATE_COMPLETE");
        expect(contentAt(DESTINATION)).toBe(contentAt(SOURCE));
        // The requests in flight when an invocation's time ran out were cut off, which happened
        // twice.
        expect(repeated(one)).toBeLessThanOrEqual(2 * one.inFlight);
        expect(world.leftBehind()).toEqual([]);
      },
    );

    it.each([0, 1])(
      "leaves nothing when invocation %i of it is lost in the middle, which CloudFormation takes for a failure",
      async (lost) => {
        let invocations = 0;
        world.nextProcess = (name) =>
          new MemoryProcess(
            name === "isComplete" && invocations++ === lost ? 2 * one.inFlight + (5 * one.pieces) / one.inFlight : Infinity,
          );
        expect(await world.create(template({ method: one.method }))).toBe("ROLLBACK_COMPLETE");
        expect(world.see()).toBeUndefined();
        expect(world.service.name(DESTINATION).uncommitted.size).toBe(0);
      },
    );

    it("is undone when another resource fails after it", async () => {
      world.service.put(DESTINATION, "old", 512, { type: one.type });
      const before = world.see();
      expect(await world.create(template({ method: one.method }, AFTERWARDS), ["After"])).toBe("ROLLBACK_COMPLETE");
      expect(world.see()).toEqual(before);
      expect(world.leftBehind()).toEqual([]);
    });

    it("fails, and leaves nothing, when the source changes between two invocations", async () => {
      const created = world.create(template({ method: one.method }));
      await world.clock.advance(11 * MINUTE);
      world.service.put(SOURCE, "changed", one.length, { type: one.type, md5: false });
      const status = await created;
      if (status === "CREATE_COMPLETE") expect(contentAt(DESTINATION)).toBe(contentAt(SOURCE));
      else expect(world.see()).toBeUndefined();
      expect(world.leftBehind()).toEqual([]);
    });
  });
});

const death = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(700) });
const sequences = fc.record({
  one: fc.constantFrom(...CASES),
  present: fc.boolean(),
  deliveries: fc.constantFrom(1, 1, 2),
  deaths: fc.record({ isComplete: fc.array(death, { maxLength: 6 }), settle: fc.array(death, { maxLength: 2 }) }),
  steps: fc.array(fc.record({ from: fc.constantFrom(SOURCE, OTHER_SOURCE), fails: fc.boolean() }), { minLength: 1, maxLength: 3 }),
});

const CHAOS = chaosOf(10, 4_000);

describe("stacks with large copies whose invocations die", () => {
  it(
    "leave the destination as it was before a run that failed, and whole after one that did not",
    async () => {
      await fc.assert(
        fc.asyncProperty(sequences, async ({ one, present, deliveries, deaths, steps }) => {
          const world = new AwsWorld(MINUTE);
          const { type, length, operation, delay, method } = one;
          for (const [url, name] of [
            [SOURCE, "large"],
            [OTHER_SOURCE, "other"],
          ] as const)
            world.service.put(url, name, length, { type, md5: false });
          if (present) world.service.put(DESTINATION, "old", 512, { type, metadata: { release: "2" } });
          world.service.chance = (asked) => (asked === operation ? { delay } : undefined);
          world.deliveries = deliveries;
          withDeaths(world, deaths);
          let isDeployed = false;
          for (const { from, fails } of steps) {
            const before = world.see();
            const declared = template({ from, method, run: { timeoutMilliseconds: 55 * MINUTE } }, AFTERWARDS);
            const status = await deploy(world, isDeployed, declared, fails);
            const content = (url: string) => (world.see(url) as { readonly content: string } | undefined)?.content;
            if (status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE") expect(content(DESTINATION)).toBe(content(from));
            else expect({ status, seen: world.see() }).toEqual({ status: expect.stringMatching(/_COMPLETE$/) as string, seen: before });
            expect(world.leftBehind()).toEqual([]);
            if (status === "ROLLBACK_COMPLETE" || status === "DELETE_COMPLETE") return;
            isDeployed = true;
          }
        }),
        CHAOS.parameters,
      );
    },
    CHAOS.enoughMilliseconds,
  );
});
