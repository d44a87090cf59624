import { CopyMethod } from "../../../lib";
import { Content } from "../../support/fake-blob-service";
import type { DeployRun } from "./support/deploy-run";
import type { DeployWorld } from "./support/deploy-world";
import { beforeInTurn, describeDeploys, eachBefore, inWorld } from "./support/describe-deploys";
import { eventually, pause } from "./support/eventually";
import { signal } from "./support/processes";
import { hasPseudoTerminal } from "./support/pseudo-terminal";

interface Row {
  readonly name: string;
  readonly act: (run: DeployRun, world: DeployWorld) => void | Promise<void>;
}

const CTRL_C = "\x03";
const CTRL_BACKSLASH = "\x1c";

const inPipes: readonly Row[] = [
  ...(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGKILL"] as const).flatMap((name): Row[] => [
    { name: `${name} to Terraform`, act: (run) => signal(run.terraform, name) },
    { name: `${name} to the whole group`, act: (run) => signal(-run.pid, name) },
  ]),
  {
    name: "SIGINT to Terraform, and again a second later",
    act: async (run) => {
      signal(run.terraform, "SIGINT");
      await pause(1_000);
      signal(run.pid, "SIGINT");
    },
  },
  { name: "SIGKILL of the launcher", act: (run) => signal(run.launcher, "SIGKILL") },
  { name: "SIGTERM to the launcher", act: (run) => signal(run.launcher, "SIGTERM") },
  { name: "SIGKILL of the guardian", act: (_, world) => world.guardians.forEach((guardian) => signal(guardian, "SIGKILL")) },
  { name: "SIGTERM to the guardian", act: (_, world) => world.guardians.forEach((guardian) => signal(guardian, "SIGTERM")) },
  { name: "the end of whoever reads Terraform's output", act: (run) => run.close() },
];

const inTerminal: readonly Row[] = [
  { name: "Ctrl-C", act: (run) => run.type(CTRL_C) },
  {
    name: "Ctrl-C twice",
    act: (run) => {
      run.type(CTRL_C);
      run.type(CTRL_C);
    },
  },
  { name: "Ctrl-\\", act: (run) => run.type(CTRL_BACKSLASH) },
  { name: "the closing of the terminal", act: (run) => run.close() },
];

/** Checks the state after all processes have ended, and after the next deploy. */
async function expectRolledBack(world: DeployWorld, run: DeployRun): Promise<void> {
  const { output } = await run.ended;
  await world.guardiansEnded();
  expect(world.leftovers).toEqual([]);
  expect(world.isAsBefore).toBe(true);
  const words = world.lastWords;

  const next = await world.deployAgain();
  expect(next.problems).toEqual([]);
  const told = words.length > 0 ? (/From an earlier run.*/.exec(next.output)?.[0] ?? "") : output;
  expect(told.slice(-3_000).replace(/\s+/g, " ")).toMatch(/the destination is (absent, as before|as it was)/);
}

describeDeploys("a deploy that is ended while its copy is pending", () => {
  const rows = [
    ...beforeInTurn(inPipes).map((row) => ({ ...row, inTerminal: false })),
    ...(hasPseudoTerminal() ? beforeInTurn(inTerminal).map((row) => ({ ...row, inTerminal: true })) : []),
  ];

  it.concurrent.each(rows)("is rolled back after $title", async ({ before, act, inTerminal }) => {
    await inWorld({ before }, async (world) => {
      const run = await world.startPendingApply({ inTerminal });
      await act(run, world);
      await eventually(() => world.abortRequests().length > 0);

      await expectRolledBack(world, run);
      expect(world.abortRequests()).toHaveLength(1);
    });
  });
});

describeDeploys("a deploy that is ended while its start is under way", () => {
  const moments = [
    { moment: "has not taken effect", fault: { kind: "delay", milliseconds: 1_000 } },
    { moment: "takes effect only after everybody has given up waiting", fault: { kind: "delay", milliseconds: 3_500 } },
    { moment: "has taken effect and is not answered yet", fault: { kind: "delay answer", milliseconds: 1_000 } },
    { moment: "has taken effect and is never answered", fault: { kind: "hang after effect" } },
  ] as const;
  const means = [
    { means: "SIGINT to Terraform", act: (run: DeployRun) => signal(run.terraform, "SIGINT") },
    { means: "SIGKILL of the whole group", act: (run: DeployRun) => signal(-run.pid, "SIGKILL") },
    {
      means: "SIGKILL of the guardian",
      act: (_: DeployRun, world: DeployWorld) => world.guardians.forEach((one) => signal(one, "SIGKILL")),
    },
  ];
  const rows = moments.flatMap((row, index) =>
    means.map((how) => ({ ...row, ...how, before: index % 2 === 0 ? ("present" as const) : ("absent" as const) })),
  );

  it.concurrent.each(rows)("is rolled back after $means when the start $moment", async ({ fault, act, before }) => {
    await inWorld({ before }, async (world) => {
      world.service.script.fault({ operation: "Copy Blob" }, fault);
      world.service.script.copies({ neverEnds: true, times: 1 });
      const run = world.startApply();
      await eventually(() => world.service.requestsOf("Copy Blob").length > 0);
      act(run, world);

      await expectRolledBack(world, run);
    });
  });
});

describeDeploys("an interrupted deploy whose abort meets trouble", () => {
  const rows = [
    {
      name: "the copy ends before the abort arrives, which is answered 409",
      arrange: ({ service }: DeployWorld) => {
        service.script.copies({ pendingMilliseconds: 1_500, times: 1 });
        service.script.fault({ operation: "Abort Copy Blob" }, { kind: "delay", milliseconds: 2_000 });
      },
    },
    {
      name: "the abort is answered 500 and 503",
      arrange: ({ service }: DeployWorld) => {
        service.script.copies({ neverEnds: true, times: 1 });
        service.script.fault({ operation: "Abort Copy Blob" }, { kind: "answer", status: 500, code: "InternalError" });
        service.script.fault({ operation: "Abort Copy Blob", times: 2 }, { kind: "answer", status: 503, code: "ServerBusy" });
      },
    },
    {
      name: "the abort is not answered",
      arrange: ({ service }: DeployWorld) => {
        service.script.copies({ neverEnds: true, times: 1 });
        service.script.fault({ operation: "Abort Copy Blob" }, { kind: "hang after effect" });
      },
    },
    {
      name: "the network is gone for three seconds",
      arrange: ({ service }: DeployWorld) => service.script.copies({ neverEnds: true, times: 1 }),
      meanwhile: async ({ service }: DeployWorld) => {
        service.script.random(() => ({ kind: "reset before" }));
        await pause(3_000);
        service.script.random();
      },
    },
  ];

  it.concurrent.each(eachBefore(rows))("is rolled back when $title", async ({ arrange, meanwhile, before }) => {
    await inWorld({ before }, async (world) => {
      arrange(world);
      const run = world.startApply();
      await run.says("Copy started: pending");
      const trouble = meanwhile?.(world);
      signal(run.terraform, "SIGINT");
      await trouble;

      await expectRolledBack(world, run);
    });
  });
});

describeDeploys("a deploy that writes bit by bit, to a service that finishes requests whose caller is gone", () => {
  const MEBIBYTE = 1024 * 1024;
  const sources = [
    {
      method: CopyMethod.PUT_PAGE_FROM_URL,
      operation: "Put Page From URL",
      source: { type: "PageBlob", content: Content.pattern(16 * MEBIBYTE) },
      requestBytes: 4 * MEBIBYTE,
    },
    {
      method: CopyMethod.APPEND_BLOCK_FROM_URL,
      operation: "Append Block From URL",
      source: { type: "AppendBlob", content: Content.pattern(150 * MEBIBYTE) },
      requestBytes: 100 * MEBIBYTE,
    },
  ] as const;

  it.concurrent.each(eachBefore(sources.map((row) => ({ ...row, name: row.method }))))(
    "is rolled back after SIGKILL of the guardian, although writes arrive late: $title",
    async ({ method, operation, source, requestBytes, before }) => {
      const service = { survivesDisconnect: true, bytesPerSecond: requestBytes };
      await inWorld({ before, source, service, config: { method } }, async (world) => {
        const run = world.startApply();
        await eventually(() => world.service.requestsOf(operation).length > 0);
        for (const guardian of world.guardians) signal(guardian, "SIGKILL");
        await run.ended;
        // By now the last request has arrived.
        await pause(1_500);

        expect(world.leftovers).toEqual([]);
        expect(world.isAsBefore).toBe(true);
      });
    },
  );

  it.concurrent.each(sources)(
    "is rolled back soon after a Ctrl-C while the blob's creation is not answered: $method",
    async ({ method, source }) => {
      await inWorld({ source, config: { method } }, async (world) => {
        world.service.script.fault({ operation: "Put Blob" }, { kind: "hang after effect" });
        const run = world.startApply();
        await eventually(() => world.service.requestsOf("Put Blob").length > 0);
        signal(run.terraform, "SIGINT");

        await expectRolledBack(world, run);
      });
    },
  );
});

describeDeploys("a deploy whose copy is complete", () => {
  it.concurrent("is not undone by a signal that comes while the restore point is removed, and leaves nothing to tell", async () => {
    await inWorld({ before: "present" }, async (world) => {
      world.service.script.fault({ operation: "Delete Blob" }, { kind: "delay", milliseconds: 1_000 });
      const run = world.startApply();
      await eventually(() => world.service.requestsOf("Delete Blob").length > 0);
      signal(run.launcher, "SIGHUP");

      expect(await run.ended).toMatchObject({ exitCode: 0 });
      await world.guardiansEnded();
      expect(world.leftovers).toEqual([]);
      expect(world.isComplete).toBe(true);
      expect(world.lastWords).toEqual([]);
      expect(await world.project.plan()).toMatchObject({ exitCode: 0 });
    });
  });
});

describeDeploys("Terraform that was interrupted", () => {
  it.concurrent(
    "ends at once, however long the rollback takes, and the last word comes with the next deploy and in the status",
    async () => {
      await inWorld({ before: "present" }, async (world) => {
        const run = await world.startPendingApply();
        let letGo = (): void => undefined;
        const until = new Promise<void>((resolve) => (letGo = resolve));
        world.service.script.fault({ operation: "Abort Copy Blob" }, { kind: "hold", until });
        signal(run.terraform, "SIGINT");
        await run.ended;
        expect(world.destination?.copy?.status).toBe("pending");
        letGo();

        await world.guardiansEnded();
        expect(world.leftovers).toEqual([]);
        const [word] = world.lastWords;
        expect(word).toMatchObject({ outcome: "restored", text: expect.stringMatching(/as it was before/) as string });

        const status = await world.status();
        expect(status.output).toMatch(/^success .*\nFrom an earlier run, .*as it was before/);
        const next = await world.deployAgain();
        expect(next.problems).toEqual([]);
        expect(next.output).toContain("From an earlier run, ");
        expect((await world.status()).output).not.toContain("earlier run");
        const everything = JSON.stringify(word) + status.output + next.output;
        expect(world.secrets.filter((secret) => everything.includes(secret))).toEqual([]);
        expect(everything).not.toContain("sig=");
      });
    },
  );
});
