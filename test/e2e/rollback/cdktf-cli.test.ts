import { HttpStateBackend } from "../../support/terraform/http-backend";
import type { DeployRun } from "./support/deploy-run";
import type { DeployWorld } from "./support/deploy-world";
import { describeDeploys, inWorld } from "./support/describe-deploys";
import { eventually, pause } from "./support/eventually";
import { signal } from "./support/processes";
import { hasPseudoTerminal } from "./support/pseudo-terminal";

const CTRL_C = "\x03";

const rows: readonly { readonly name: string; readonly inTerminal: boolean; readonly act: (run: DeployRun) => void | Promise<void> }[] = [
  { name: "Ctrl-C", inTerminal: true, act: (run) => run.type(CTRL_C) },
  {
    name: "Ctrl-C twice",
    inTerminal: true,
    act: async (run) => {
      run.type(CTRL_C);
      await pause(20);
      run.type(CTRL_C);
    },
  },
  { name: "the closing of the terminal", inTerminal: true, act: (run) => run.close() },
  { name: "SIGINT to cdktf", inTerminal: false, act: (run) => signal(run.pid, "SIGINT") },
  { name: "SIGTERM to cdktf", inTerminal: false, act: (run) => signal(run.pid, "SIGTERM") },
  { name: "SIGKILL of cdktf", inTerminal: false, act: (run) => signal(run.pid, "SIGKILL") },
  { name: "SIGKILL of cdktf's whole group", inTerminal: false, act: (run) => signal(-run.pid, "SIGKILL") },
  { name: "SIGKILL of Terraform below it", inTerminal: false, act: (run) => signal(run.terraform, "SIGKILL") },
];

/** The CLI needs node-pty, which it brings only for Node 20 and 22. */
const describeCli = hasPseudoTerminal() ? describeDeploys : describe.skip;

async function expectRolledBack(world: DeployWorld): Promise<void> {
  await world.guardiansEnded();
  expect(world.leftovers).toEqual([]);
  expect(world.isAsBefore).toBe(true);
  expect(world.abortRequests()).toHaveLength(1);
}

describeCli("a cdktf deploy that is ended while its copy is pending", () => {
  it.concurrent.each(rows)("is rolled back after $name", async ({ act, inTerminal }) => {
    await inWorld({ before: inTerminal ? "present" : "absent" }, async (world) => {
      world.service.script.copies({ neverEnds: true, times: 1 });
      const run = world.startCdktfDeploy({ inTerminal });
      await world.untilPending(run);
      await act(run);
      await run.ended;
      await eventually(() => world.abortRequests().length > 0);
      await expectRolledBack(world);

      const next = await world.deployAgain();
      expect(next.problems).toEqual([]);
      expect(next.output).toContain("From an earlier run, ");
    });
  });

  it.concurrent(
    "heals in the next cdktf deploy, after a Ctrl-C that may leave a lock and a half-true state on a remote backend",
    async () => {
      const backend = await HttpStateBackend.start(30);
      try {
        await inWorld({ before: "present", withSibling: true, backend }, async (world) => {
          world.service.script.copies({ neverEnds: true, times: 1 });
          const run = world.startCdktfDeploy({ inTerminal: true });
          await world.untilPending(run);
          await eventually(
            () => run.output.replace(/\s+/g, "").includes("sibling:Creationcomplete"),
            () => run.output,
          );
          run.type(CTRL_C);
          await run.ended;
          await expectRolledBack(world);

          // How much of the copy is in the state, and whether the state is locked, depends on how
          // far Terraform had saved it before its terminal was closed.
          world.service.script.reset();
          backend.forceUnlock();
          const next = await world.startCdktfDeploy().ended;
          expect(next).toMatchObject({ exitCode: 0 });
          expect(world.isComplete).toBe(true);
          expect(world.leftovers).toEqual([]);
          expect(backend.healthyResources).toEqual(expect.arrayContaining(["terraform_data.copy", "terraform_data.sibling"]));
          expect(backend.isLocked).toBe(false);
          expect(await world.project.plan()).toMatchObject({ exitCode: 0 });
        });
      } finally {
        await backend.stop();
      }
    },
  );

  it.concurrent("lets go of a pipe at once, however long the rollback takes", async () => {
    await inWorld({ before: "present" }, async (world) => {
      world.service.script.copies({ neverEnds: true, times: 1 });
      let letGo = (): void => undefined;
      const until = new Promise<void>((resolve) => (letGo = resolve));
      world.service.script.fault({ operation: "Abort Copy Blob" }, { kind: "hold", until });
      const run = world.startCdktfDeploy({ shell: "cdktf deploy | cat" });
      await world.untilPending(run);
      signal(run.terraform, "SIGINT");
      await run.ended;
      expect(world.destination?.copy?.status).toBe("pending");
      letGo();

      await expectRolledBack(world);
    });
  });
});
