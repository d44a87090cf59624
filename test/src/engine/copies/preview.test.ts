import { planCopies } from "../../../../src/engine/copies/preview";
import { CopyMethod, OverwritePolicy } from "../../../../src/intent";
import { MemoryBlobStore } from "../../../support/memory-store";
import { refused } from "../../../support/memory-store/script";
import { DESTINATION, type Declared, World } from "../support/world";

const DECLARED: Declared = { method: CopyMethod.COPY_BLOB, tags: { release: "3" }, overwrite: OverwritePolicy.IF_DIFFERENT };

async function plan(world: World): Promise<unknown[]> {
  const steps = planCopies(world.intent(DECLARED), new MemoryBlobStore(world.service));
  const seen: unknown[] = [];
  const all = async () => {
    for await (const { action, method } of steps) seen.push([action, method]);
    return seen;
  };
  return world.clock.runToEnd(all());
}

test("a plan says what a run would do where the tags of the destination may not be read", async () => {
  const world = new World();
  world.service.put(DESTINATION, "old", 10, { tags: { release: "2" } });
  world.service.chance = (operation) => (operation === "Get Blob Tags" ? refused(403, "AuthorizationPermissionMismatch") : undefined);
  expect(await plan(world)).toEqual([["copy", CopyMethod.COPY_BLOB]]);
});
