import { HttpStateBackend } from "../../support/terraform/http-backend";
import type { DeployRun } from "./support/deploy-run";
import type { DeployWorld } from "./support/deploy-world";
import { describeDeploys, inWorld } from "./support/describe-deploys";
import { eventually } from "./support/eventually";
import { killEverything } from "./support/kill-everything";
import { signal } from "./support/processes";

describeDeploys("the deploy after one whose machine died", () => {
  it.concurrent.each(["absent", "present"] as const)("goes on with the pending copy, destination %s before", async (before) => {
    await inWorld({ before }, async (world) => {
      const run = await world.startPendingApply();
      killEverything(run, world);
      await run.ended;
      expect(world.destination?.copy?.status).toBe("pending");
      world.forgetLocalFiles();

      const next = world.startApply();
      await next.says("A pending copy of the same source was found");
      world.completeCopy();
      expect(await next.ended).toMatchObject({ exitCode: 0 });
      expect((await world.deployAgain()).problems).toEqual([]);
      expect(world.service.requestsOf("Copy Blob")).toHaveLength(1);
    });
  });

  it.concurrent("copies again when the pending copy has failed meanwhile, and honours the restore point when that fails too", async () => {
    await inWorld({ before: "present" }, async (world) => {
      world.service.script.copies({ pendingMilliseconds: 300, outcome: "failed", times: 1 });
      world.service.script.copies({ neverEnds: true, outcome: "failed", times: 1 });
      const run = world.startApply();
      await run.says("Copy started: pending");
      killEverything(run, world);
      await run.ended;
      world.forgetLocalFiles();
      world.completeCopy();
      expect(world.destination?.copy?.status).toBe("failed");
      expect(world.destination?.snapshots).toHaveLength(1);

      expect((await world.startApply().ended).exitCode).toBe(1);
      expect(world.leftovers).toEqual([]);
      expect(world.isAsBefore).toBe(true);

      expect((await world.deployAgain()).problems).toEqual([]);
    });
  });

  it.concurrent.each(["absent", "present"] as const)(
    "undoes a pending copy of another source when the declaration has changed, destination %s before",
    async (before) => {
      await inWorld({ before }, async (world) => {
        const run = await world.startPendingApply();
        killEverything(run, world);
        await run.ended;
        world.source.putBlob("data", "other.bin", { content: "of the other source" });
        world.declare({ source: world.sourceBlob("other.bin") });

        expect(await world.startApply().ended).toMatchObject({ exitCode: 0 });
        expect(world.abortRequests()).toHaveLength(1);
        expect(world.destination?.content.read().toString()).toBe("of the other source");
        expect(world.destination?.snapshots).toEqual([]);
      });
    },
  );

  it.concurrent("completes what was copied, and removes the restore point, when only the end of the run was missing", async () => {
    await inWorld({ before: "present" }, async (world) => {
      const run = await world.startPendingApply();
      killEverything(run, world);
      await run.ended;
      world.forgetLocalFiles();
      world.completeCopy();
      expect(world.destination?.copy?.status).toBe("success");

      expect((await world.deployAgain()).problems).toEqual([]);
    });
  });
});

describeDeploys("the deploy after one that Terraform recorded as done although it was not", () => {
  /**
   * The hazard: when the sibling ends, Terraform saves its state, in which the copy is already
   * healthy.
   */
  async function loseSilently(world: DeployWorld): Promise<DeployRun> {
    world.service.script.copies({ neverEnds: true, times: 1 });
    const run = world.startApply();
    await run.says("Copy started: pending");
    await run.says("sibling: Creation complete");
    return run;
  }

  it.concurrent.each(["absent", "present"] as const)("heals by itself on the local backend, destination %s before", async (before) => {
    await inWorld({ before, withSibling: true }, async (world) => {
      const run = await loseSilently(world);
      signal(run.terraform, "SIGKILL");
      await run.ended;
      await world.guardiansEnded();
      expect(world.leftovers).toEqual([]);
      expect(world.isAsBefore).toBe(true);
      expect(world.healthyResources).toContain("terraform_data.copy");

      expect((await world.deployAgain()).problems).toEqual([]);
    });
  });

  it.concurrent("heals by itself when everything was killed, and without the local files", async () => {
    await inWorld({ before: "present", withSibling: true }, async (world) => {
      const run = await loseSilently(world);
      killEverything(run, world);
      await run.ended;
      expect(world.healthyResources).toContain("terraform_data.copy");
      world.forgetLocalFiles();
      await world.abortByHand(world.destination?.copy?.id ?? "");

      expect((await world.deployAgain()).problems).toEqual([]);
    });
  });

  it.concurrent("tidies up after a copy that was complete, and copies nothing again, when everything was killed right then", async () => {
    await inWorld({ before: "present", withSibling: true }, async (world) => {
      world.service.script.fault({ operation: "Delete Blob" }, { kind: "hang" });
      const run = await loseSilently(world);
      world.completeCopy();
      await eventually(() => world.service.requestsOf("Delete Blob").length > 0);
      killEverything(run, world);
      await run.ended;
      expect(world.healthyResources).toContain("terraform_data.copy");
      expect(world.isComplete).toBe(true);
      expect(world.destination?.snapshots).toHaveLength(1);

      expect((await world.deployAgain()).problems).toEqual([]);
      expect(world.service.requestsOf("Copy Blob")).toHaveLength(1);
    });
  });

  it.concurrent("heals by itself on a remote backend, after two Ctrl-C", async () => {
    const backend = await HttpStateBackend.start(250);
    try {
      await inWorld({ before: "present", withSibling: true, backend }, async (world) => {
        const run = await loseSilently(world);
        backend.latencyMilliseconds = 2_000;
        signal(run.terraform, "SIGINT");
        await eventually(() => backend.healthyResources.includes("terraform_data.copy"));
        // By chance, Terraform may still save more than this.
        backend.losesWrites = true;
        signal(run.terraform, "SIGINT");
        await run.ended;
        backend.losesWrites = false;
        backend.latencyMilliseconds = 0;
        await world.guardiansEnded();
        expect(world.leftovers).toEqual([]);
        expect(backend.healthyResources).toContain("terraform_data.copy");

        expect((await world.deployAgain()).problems).toEqual([]);
      });
    } finally {
      await backend.stop();
    }
  });

  it.concurrent("rolls back after one Ctrl-C on a slow remote backend, while Terraform still saves its state", async () => {
    const backend = await HttpStateBackend.start(250);
    try {
      await inWorld({ before: "present", withSibling: true, backend }, async (world) => {
        const run = await loseSilently(world);
        signal(-run.pid, "SIGINT");
        await eventually(() => world.abortRequests().length > 0);
        await run.ended;
        await world.guardiansEnded();
        expect(world.leftovers).toEqual([]);
        expect(world.isAsBefore).toBe(true);
        expect(backend.isLocked).toBe(false);

        expect((await world.deployAgain()).problems).toEqual([]);
      });
    } finally {
      await backend.stop();
    }
  });
});
