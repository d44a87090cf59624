import { DataResource } from "cdktf";
import { CopyMethod, DestroyPolicy } from "../../../lib";
import type { DeployWorld } from "./support/deploy-world";
import { describeDeploys, inWorld } from "./support/describe-deploys";
import { eventually } from "./support/eventually";

const deletes = { onDestroy: DestroyPolicy.DELETE } as const;

async function deploy(world: DeployWorld): Promise<string> {
  const { exitCode, output } = await world.startApply().ended;
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  return output;
}

async function destroy(world: DeployWorld): Promise<string> {
  const { exitCode, output } = await world.project.destroy();
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  return output;
}

describeDeploys("a destroy", () => {
  it.concurrent("deletes what was copied, when told to", async () => {
    await inWorld({ before: "present", config: deletes }, async (world) => {
      await deploy(world);
      await destroy(world);
      expect(world.destination).toBeUndefined();
    });
  });

  it.concurrent("leaves what was copied, when not told otherwise", async () => {
    await inWorld({}, async (world) => {
      await deploy(world);
      await destroy(world);
      expect(world.isComplete).toBe(true);
    });
  });

  it.concurrent("leaves alone what somebody has changed since it was copied, and says so", async () => {
    await inWorld({ config: deletes }, async (world) => {
      await deploy(world);
      world.overwrite("destination", "somebody else's");
      expect(await destroy(world)).toContain("another client has changed it since it was copied");
      expect(world.destination?.content.read().toString()).toBe("somebody else's");
    });
  });

  it.concurrent("deletes nothing that a deploy has not finished copying", async () => {
    await inWorld({ before: "present", config: deletes }, async (world) => {
      world.service.script.copies({ pendingMilliseconds: 200, outcome: "failed", times: 1 });
      expect((await world.startApply().ended).exitCode).toBe(1);
      await destroy(world);
      expect(world.leftovers).toEqual([]);
      expect(world.isAsBefore).toBe(true);
    });
  });

  it.concurrent("aborts a copy that was not waited for and is still pending", async () => {
    await inWorld({ config: { wait: false } }, async (world) => {
      world.service.script.copies({ neverEnds: true, times: 1 });
      await deploy(world);
      expect(world.destination?.copy?.status).toBe("pending");
      await destroy(world);
      expect(world.abortRequests()).toHaveLength(1);
      expect(world.destination).toBeUndefined();
    });
  });

  it.concurrent("leaves a copy alone that was not waited for and has ended since", async () => {
    await inWorld({ config: { wait: false } }, async (world) => {
      world.service.script.copies({ pendingMilliseconds: 500, times: 1 });
      await deploy(world);
      await eventually(() => world.isComplete);
      await destroy(world);
      expect(world.isComplete).toBe(true);
    });
  });
});

describeDeploys("a copy that is replaced", () => {
  it.concurrent.each([CopyMethod.COPY_BLOB, CopyMethod.PUT_BLOB_FROM_URL, CopyMethod.PUT_BLOCK_FROM_URL])(
    "is at its destination all the time while its source changes (%s)",
    async (method) => {
      await inWorld({ config: { ...deletes, method } }, async (world) => {
        await deploy(world);
        world.source.putBlob("data", "next.bin", { content: "of the next release" });
        world.declare({ source: world.sourceBlob("next.bin") });
        world.service.script.copies({ pendingMilliseconds: 500 });
        let moments = 0;
        let moment: NodeJS.Immediate;
        const watch = () => {
          if (world.destination === undefined) moments++;
          moment = setImmediate(watch);
        };
        moment = setImmediate(watch);
        try {
          await deploy(world);
        } finally {
          clearImmediate(moment);
        }

        expect(world.destination?.content.read().toString()).toBe("of the next release");
        expect(moments).toBe(0);
        expect(world.service.requestsOf("Delete Blob").filter(({ query }) => !query.includes("snapshot="))).toEqual([]);

        await destroy(world);
        expect(world.destination).toBeUndefined();
      });
    },
  );

  it.concurrent("moves to another destination, under a dependant that is created before it is destroyed", async () => {
    await inWorld({ config: deletes }, async (world) => {
      const withDependant = (blobName: string) =>
        world.declare({ destination: world.destinationBlob(undefined, blobName) }, (stack, copy) => {
          new DataResource(stack, "dependant", { triggersReplace: { url: copy.destinationUrl }, lifecycle: { createBeforeDestroy: true } });
        });
      withDependant("copy.bin");
      await deploy(world);
      withDependant("elsewhere.bin");
      await deploy(world);
      expect(world.dest.blobNames("data")).toEqual(["elsewhere.bin"]);
      expect(await world.project.plan()).toMatchObject({ exitCode: 0 });

      await destroy(world);
      expect(world.dest.blobNames("data")).toEqual([]);
    });
  });

  it.concurrent("stays where it is when it is copied again, under a dependant that is created before it is destroyed", async () => {
    await inWorld({ before: "present", config: deletes }, async (world) => {
      const withTrigger = (revision: string) =>
        world.declare({ copyTriggers: { revision } }, (stack, copy) => {
          new DataResource(stack, "dependant", { triggersReplace: { etag: copy.etag }, lifecycle: { createBeforeDestroy: true } });
        });
      withTrigger("first");
      await deploy(world);
      withTrigger("second");
      await deploy(world);
      expect(world.isComplete).toBe(true);
      expect(world.leftovers).toEqual([]);
      expect(await world.project.plan()).toMatchObject({ exitCode: 0 });
    });
  });
});
