import fc from "fast-check";
import { CopyMethod } from "../../../src/intent";
import { AFTERWARDS, AwsWorld, DESTINATION, ELSEWHERE, OTHER_SOURCE, SOURCE, template } from "./support/aws-world";
import { chaosOf, deploy, withDeaths } from "./support/chaos";

const MINUTE = 60_000;
/**
 * The moment at which an invocation dies: before or after its n-th request, to the service or to
 * the table; 0: never.
 */
const death = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(70) });
const sequences = fc.record({
  present: fc.boolean(),
  milliseconds: fc.constantFrom(0, 0, 30_000, 25 * MINUTE),
  copyFails: fc.boolean(),
  /** Number of deliveries of each request. */
  deliveries: fc.constantFrom(1, 1, 2),
  method: fc.constantFrom(CopyMethod.AUTO, CopyMethod.COPY_BLOB),
  /** Deaths of each function's invocations in turn. */
  deaths: fc.record({
    onEvent: fc.array(fc.constantFrom(0, 0, 0, 1, 2), { maxLength: 4 }),
    isComplete: fc.array(death, { maxLength: 6 }),
    // An event is delivered three times. If all three invocations died, none would be left to clean
    // up (docs/aws-cdk.md, limits).
    settle: fc.array(death, { maxLength: 2 }),
  }),
  steps: fc.array(
    fc.record({ from: fc.constantFrom(SOURCE, OTHER_SOURCE), to: fc.constantFrom(DESTINATION, ELSEWHERE), fails: fc.boolean() }),
    { minLength: 1, maxLength: 4 },
  ),
});

const CHAOS = chaosOf(25);

describe("stacks whose invocations die", () => {
  it(
    "leave each destination as it was before a run that failed, and as declared after one that did not",
    async () => {
      await fc.assert(
        fc.asyncProperty(sequences, async ({ present, milliseconds, copyFails, deliveries, method, deaths, steps }) => {
          const world = new AwsWorld(MINUTE);
          if (present) world.withOldDestination();
          world.service.copyPlan = { milliseconds, ...(copyFails ? { failure: '500 OperationCancelled "Copy failed."' } : {}) };
          world.deliveries = deliveries;
          const processes = withDeaths(world, deaths);
          const see = () => [DESTINATION, ELSEWHERE].map((url) => world.see(url));
          let isDeployed = false;
          for (const { from, to, fails } of steps) {
            const before = see();
            const declared = template({ from, to, method }, AFTERWARDS);
            const status = await deploy(world, isDeployed, declared, fails);
            // A creation was delivered twice. One delivery was lost before it was stored, which
            // hides the resource from CloudFormation, and the other one during its copy. After
            // that, no function is called again.
            const isHidden = world.provider.responses.some(({ PhysicalResourceId }) => PhysicalResourceId.endsWith("CREATE_FAILED"));
            if (isHidden && deliveries > 1 && processes.some(({ isDead }) => isDead)) return;
            if (status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE")
              expect(world.see(to)).toMatchObject({ content: expect.stringContaining(from === SOURCE ? "new" : "other") as string });
            else expect({ status, seen: see() }).toEqual({ status: expect.stringMatching(/_COMPLETE$/) as string, seen: before });
            expect(world.leftBehind(DESTINATION, ELSEWHERE)).toEqual([]);
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
