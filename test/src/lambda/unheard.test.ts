import { CopyMethod } from "../../../src/intent";
import type { Template } from "../../support/cloudformation/template";
import { MemoryProcess } from "../../support/memory-store/exchange";
import {
  AFTERWARDS,
  AwsWorld,
  DESTINATION,
  ELSEWHERE,
  listTemplate,
  OTHER_SOURCE,
  setTemplate,
  SOURCE,
  template,
} from "./support/aws-world";

const MINUTE = 60_000;
const BY_COPY_BLOB = { options: { method: CopyMethod.COPY_BLOB } };
const SHAPES: readonly (readonly [string, Template])[] = [
  ["a copy", template({ method: CopyMethod.COPY_BLOB, onDestroy: "delete" })],
  [
    "a list",
    listTemplate({ copies: { one: [SOURCE, DESTINATION], two: [OTHER_SOURCE, ELSEWHERE] }, onDestroy: "delete", ...BY_COPY_BLOB }),
  ],
  ["a prefix", setTemplate({ from: "", to: "", onDestroy: "delete", ...BY_COPY_BLOB })],
];

/** The destination of each copy. */
const PLACES = [DESTINATION, ELSEWHERE, "https://destination.blob.test/container/other.bin"];

describe("what CloudFormation hears nothing of, or has forgotten", () => {
  let world: AwsWorld;
  const see = () => PLACES.map((url) => world.see(url));
  beforeEach(() => {
    world = new AwsWorld();
    world.withOldDestination();
  });

  it.each(SHAPES.flatMap(([name, declared]) => [100, 12_000, 25 * MINUTE].map((after) => [name, after, declared] as const)))(
    "is undone before the functions go: %s whose creation is not waited for after %i ms, since another resource has failed",
    async (_, after, declared) => {
      const before = see();
      world.service.copyPlan = { milliseconds: 30 * MINUTE };
      const status = await world.clock.runToEnd(world.stack.createBesideFailure(declared, world.clock.sleep(after)));
      // The stack is gone, so no part of it could continue.
      expect({ status, seen: see(), left: world.leftBehind(...PLACES) }).toEqual({ status: "ROLLBACK_COMPLETE", seen: before, left: [] });
    },
  );

  it("is nothing where the creation had not even been noted, and is not begun later", async () => {
    const before = see();
    const status = await world.clock.runToEnd(world.stack.createBesideFailure(template(), Promise.resolve()));
    await world.clock.runToEnd(world.provider.idle());
    expect({ status, seen: see() }).toEqual({ status: "ROLLBACK_COMPLETE", seen: before });
  });

  it.each(SHAPES)(
    "leaves %s that was created again after a failure to stand, when CloudFormation deletes what had failed",
    async (_, declared) => {
      world.service.copyPlan = { milliseconds: 20_000, failure: '500 OperationCancelled "Copy failed."' };
      expect(await world.run(world.stack.create(declared, [], true))).toBe("CREATE_FAILED");
      world.service.copyPlan = { milliseconds: 0 };
      expect(await world.update(declared)).toBe("UPDATE_COMPLETE");
      expect(world.see()).toMatchObject({ content: expect.stringContaining("new") as string });
      expect(world.leftBehind(...PLACES)).toEqual([]);
      expect(await world.delete()).toBe("DELETE_COMPLETE");
      expect(world.see()).toBeUndefined();
    },
  );

  it.each(SHAPES)(
    "is put back to what was before both deployments of %s: a creation without rollback that was lost, and the next one, which fails",
    async (_, declared) => {
      const withAfter = { Resources: { ...declared.Resources, ...AFTERWARDS } };
      for (const request of [18, 26, 34, 42, 50]) {
        const lost = new AwsWorld(MINUTE).withOldDestination().withOldDestination(ELSEWHERE);
        const before = PLACES.map((url) => lost.see(url));
        lost.service.copyPlan = { milliseconds: 20_000 };
        lost.nextProcess = (name) =>
          new MemoryProcess(name === "isComplete" && lost.stack.status === "CREATE_IN_PROGRESS" ? request : Infinity);
        if ((await lost.run(lost.stack.create(withAfter, [], true))) === "CREATE_COMPLETE") continue;
        expect(await lost.update(withAfter, ["After"])).toBe("UPDATE_ROLLBACK_COMPLETE");
        expect([request, PLACES.map((url) => lost.see(url))]).toEqual([request, before]);
        expect(lost.leftBehind(...PLACES)).toEqual([]);
      }
    },
  );

  it("is taken back when the run is over: what one delivery of an update has copied, when CloudFormation had heard that the other was lost", async () => {
    await world.create(template({ onDestroy: "delete" }));
    const before = see();
    let events = 0;
    world.nextProcess = (name) => new MemoryProcess(name === "onEvent" && ++events === 1 ? 1 : Infinity);
    world.deliveries = 2;
    world.service.copyPlan = { milliseconds: 20 * MINUTE };
    // The stack's status that it reads is slightly outdated.
    world.stackStatusIs = (status) => (status.endsWith("_IN_PROGRESS") ? "UPDATE_IN_PROGRESS" : status);
    const elsewhere = template({ to: ELSEWHERE, method: CopyMethod.COPY_BLOB, onDestroy: "delete" });
    expect(await world.update(elsewhere)).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(world.service.count("Copy Blob")).toBe(1);
    expect({ seen: see(), left: world.leftBehind(...PLACES) }).toEqual({ seen: before, left: [] });
  });
});
