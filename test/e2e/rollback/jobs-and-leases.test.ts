import { randomUUID } from "node:crypto";
import { SourceGuard } from "../../../lib";
import { describeDeploys, inWorld } from "./support/describe-deploys";
import { eventually, pause } from "./support/eventually";
import { killEverything } from "./support/kill-everything";
import { endMarkedProcesses, isRunning, signal } from "./support/processes";

const MINUTE = 60_000;

describeDeploys("a CI job that is cancelled", () => {
  it.concurrent.each(["RUNNER_TRACKING_ID", "VSTS_PROCESS_LOOKUP_ID", "JENKINS_NODE_COOKIE"])(
    "does not take the guardian along when it ends everything that has its %s",
    async (variable) => {
      await inWorld({ before: "present" }, async (world) => {
        const value = randomUUID();
        const run = await world.startPendingApply({ env: { [variable]: value, BUILD_ID: value } });
        const [guardian = 0] = world.guardians;
        const { launcher, terraform } = run;

        const ended = [...endMarkedProcesses(`${variable}=${value}`), ...endMarkedProcesses(`BUILD_ID=${value}`)];
        expect(ended).toEqual(expect.arrayContaining([launcher, terraform]));
        expect(ended).not.toContain(guardian);
        await run.ended;

        await world.guardiansEnded();
        expect(world.leftovers).toEqual([]);
        expect(world.isAsBefore).toBe(true);
        await eventually(() => !isRunning(guardian));
        expect((await world.deployAgain()).problems).toEqual([]);
      });
    },
  );
});

describeDeploys("a lease on the source", () => {
  it.concurrent("is given back when the deploy is interrupted", async () => {
    await inWorld({ config: { sourceGuard: SourceGuard.LEASE } }, async (world) => {
      const run = await world.startPendingApply();
      expect(world.sourceLease?.duration).toBe(60);
      signal(run.terraform, "SIGINT");
      await run.ended;
      await world.guardiansEnded();
      expect(world.leftovers).toEqual([]);
      expect(world.sourceLease).toBeUndefined();
    });
  });

  it.concurrent("ends within its term, and is not renewed, when everything was killed", async () => {
    await inWorld({ config: { sourceGuard: SourceGuard.LEASE } }, async (world) => {
      const run = await world.startPendingApply();
      killEverything(run, world);
      await run.ended;
      const killedAt = Date.now();
      await pause(1_000);
      expect(world.sourceLease?.expiresOn).toBeLessThanOrEqual(killedAt + MINUTE);

      // The next deploy does not need a lease to continue with the pending copy.
      const next = world.startApply();
      await next.says("A pending copy of the same source was found");
      world.completeCopy();
      expect(await next.ended).toMatchObject({ exitCode: 0 });
      expect(world.isComplete).toBe(true);
      expect(world.sourceLease?.expiresOn ?? 0).toBeLessThanOrEqual(killedAt + MINUTE);
    });
  });
});
