import { Credential, RollbackPolicy, SourceGuard } from "../../../lib";
import type { BlobCopyConfig } from "../../../lib";
import type { DeployRun } from "./support/deploy-run";
import type { DeployWorld } from "./support/deploy-world";
import { describeDeploys, eachBefore, inWorld } from "./support/describe-deploys";
import { eventually, pause } from "./support/eventually";

interface Row {
  readonly name: string;
  readonly config?: Partial<BlobCopyConfig>;
  /** Sets the behaviour of the service. */
  readonly arrange: (world: DeployWorld) => void;
  /** Acts during the deploy. */
  readonly meanwhile?: (world: DeployWorld, run: DeployRun) => Promise<void>;
  readonly exitStatus: number;
  readonly says: RegExp;
}

/** A timeout that is long enough for a busy machine to start the copy. */
const STARTED_BEFORE = "15s";

const neverEnds = ({ service }: DeployWorld) => service.script.copies({ neverEnds: true, times: 1 });

const rolledBack: readonly Row[] = [
  {
    name: "the service fails it",
    arrange: ({ service }) =>
      service.script.copies({
        pendingMilliseconds: 300,
        outcome: "failed",
        times: 1,
        statusDescription: '500 InternalError "Copy failed."',
      }),
    exitStatus: 1,
    says: /500 InternalError/,
  },
  {
    name: "the credential of its source expires while it is pending",
    arrange: ({ service }) =>
      service.script.copies({
        pendingMilliseconds: 300,
        outcome: "failed",
        times: 1,
        statusDescription: '403 AuthenticationFailed "Copy failed when reading the source."',
      }),
    exitStatus: 1,
    says: /credential ended or lacks the permission to read/,
  },
  {
    name: "it times out",
    config: { timeout: STARTED_BEFORE },
    arrange: neverEnds,
    exitStatus: 124,
    says: /timed out/,
  },
  {
    name: "its source changes while it is pending",
    arrange: ({ service }) => service.script.copies({ pendingMilliseconds: 1_500, times: 1 }),
    meanwhile: async (world, run) => {
      await run.says("Copy started: pending");
      world.overwrite("source", "changed meanwhile");
    },
    exitStatus: 1,
    says: /the source changed while it was copied/,
  },
  {
    name: "the answer to its start is lost and the service fails it later",
    arrange: ({ service }) => {
      service.script.fault({ operation: "Copy Blob" }, { kind: "reset after effect" });
      service.script.copies({ pendingMilliseconds: 1_000, outcome: "failed", times: 1 });
    },
    exitStatus: 1,
    says: /failed/,
  },
  {
    name: "it times out and its abort is answered 503 and 500 at first",
    config: { timeout: STARTED_BEFORE },
    arrange: (world) => {
      neverEnds(world);
      world.service.script.fault({ operation: "Abort Copy Blob", times: 2 }, { kind: "answer", status: 503, code: "ServerBusy" });
      world.service.script.fault({ operation: "Abort Copy Blob" }, { kind: "answer", status: 500, code: "InternalError" });
    },
    exitStatus: 124,
    says: /Copy aborted/,
  },
  {
    name: "it times out and the answer to its abort is lost",
    config: { timeout: STARTED_BEFORE },
    arrange: (world) => {
      neverEnds(world);
      world.service.script.fault({ operation: "Abort Copy Blob" }, { kind: "reset after effect" });
    },
    exitStatus: 124,
    says: /timed out/,
  },
  {
    name: "it times out and the network is gone for three seconds just then",
    config: { timeout: STARTED_BEFORE },
    arrange: neverEnds,
    meanwhile: async (world) => {
      let isGone = false;
      world.service.script.random(({ operation }) => {
        isGone ||= operation === "Abort Copy Blob";
        return isGone ? { kind: "reset before" } : undefined;
      });
      await eventually(() => isGone);
      await pause(3_000);
      world.service.script.random();
    },
    exitStatus: 124,
    says: /Copy aborted/,
  },
  {
    name: "the service fails it under a lease on its source",
    config: { sourceGuard: SourceGuard.LEASE },
    arrange: ({ service }) => service.script.copies({ pendingMilliseconds: 500, outcome: "failed", times: 1 }),
    exitStatus: 1,
    says: /failed/,
  },
];

describeDeploys("a copy that the service, the network or somebody else keeps from finishing", () => {
  it.concurrent.each(eachBefore(rolledBack))(
    "is rolled back when $title",
    async ({ before, config = {}, arrange, meanwhile, exitStatus, says }) => {
      await inWorld({ before, config }, async (world) => {
        arrange(world);
        const run = world.startApply();
        await meanwhile?.(world, run);
        const { exitCode, output } = await run.ended;

        expect(output.replace(/\s+/g, " ")).toContain(`exit status ${String(exitStatus)}.`);
        expect(exitCode).toBe(1);
        expect(output).toMatch(says);
        expect(world.leftovers).toEqual([]);
        expect(world.isAsBefore).toBe(true);
        expect(world.lastWords).toEqual([]);

        expect((await world.deployAgain()).problems).toEqual([]);
      });
    },
  );

  it.concurrent.each(["absent", "present"] as const)(
    "leaves alone what somebody else wrote meanwhile, destination %s before",
    async (before) => {
      await inWorld({ before }, async (world) => {
        const run = await world.startPendingApply();
        world.overwrite("destination", "somebody else's");
        const { exitCode, output } = await run.ended;

        expect(exitCode).toBe(1);
        expect(output).toContain("another client wrote the destination while the copy was pending");
        expect(world.destination?.content.read().toString()).toBe("somebody else's");
        expect(world.destination?.snapshots).toEqual([]);

        expect((await world.deployAgain()).problems).toEqual([]);
      });
    },
  );

  it.concurrent("ends a copy that somebody aborts meanwhile as a failed one", async () => {
    await inWorld({ before: "present" }, async (world) => {
      const run = await world.startPendingApply();
      const id = /copy id (\S+)/.exec(run.output)?.[1] ?? "";
      await world.abortByHand(id);
      const { exitCode, output } = await run.ended;

      expect(exitCode).toBe(1);
      expect(output.replace(/\s+/g, " ")).toContain(`another client aborted copy ${id} while this run waited for it`);
      expect(world.leftovers).toEqual([]);
      expect(world.isAsBefore).toBe(true);
    });
  });

  it.concurrent.each(["absent", "present"] as const)(
    "ends before the credential of the destination does, and while it can still abort, destination %s before",
    async (before) => {
      await inWorld({ before }, async (world) => {
        const sas = world.dest.sas({ container: "data", permissions: "racwdxltfi", expiresOn: new Date(Date.now() + 34_000) });
        world.declare({ destination: world.destinationBlob(Credential.sasFromEnvironment("DEST_SAS")) });
        neverEnds(world);
        const { output } = await world.startApply({ env: { DEST_SAS: sas } }).ended;

        expect(output.replace(/\s+/g, " ")).toContain("exit status 3.");
        expect(output).toMatch(/its SAS expires at .*; afterwards the copy could neither be watched nor aborted/);
        expect(world.leftovers).toEqual([]);
        expect(world.isAsBefore).toBe(true);
        expect(output).not.toMatch(/sig=/);
      });
    },
  );

  it.concurrent.each([
    [
      "the network is gone for three seconds while it is pending",
      ({ service }: DeployWorld) => service.script.random(() => ({ kind: "reset before" })),
    ],
    [
      "the service answers 503 for three seconds while it is pending",
      ({ service }: DeployWorld) => service.script.random(() => ({ kind: "answer", status: 503, code: "ServerBusy" })),
    ],
  ])("completes although %s", async (_, disturb) => {
    await inWorld({ before: "present" }, async (world) => {
      world.service.script.copies({ pendingMilliseconds: 3_000, times: 1 });
      const run = world.startApply();
      await run.says("Copy started: pending");
      disturb(world);
      await pause(3_000);
      world.service.script.random();

      expect(await run.ended).toMatchObject({ exitCode: 0 });
      expect(world.leftovers).toEqual([]);
      expect(world.isComplete).toBe(true);
      expect(world.service.requestsOf("Copy Blob")).toHaveLength(1);
    });
  });

  it.concurrent("takes up a copy whose start was not answered, and starts no other", async () => {
    await inWorld({ before: "present" }, async (world) => {
      world.service.script.fault({ operation: "Copy Blob" }, { kind: "reset after effect" });
      world.service.script.copies({ pendingMilliseconds: 1_000, times: 1 });

      expect(await world.startApply().ended).toMatchObject({ exitCode: 0 });
      expect(world.leftovers).toEqual([]);
      expect(world.isComplete).toBe(true);
      expect(world.service.requestsOf("Copy Blob")).toHaveLength(1);
    });
  });

  it.concurrent.each([
    ["the service takes no snapshots", 409, "FeatureNotYetSupportedForHierarchicalNamespaceAccounts", 1],
    ["the credential does not allow one", 403, "AuthorizationPermissionMismatch", 3],
  ])("does not start a copy that it could not undo, where %s, unless told to", async (_, status, code, exitStatus) => {
    await inWorld({ before: "present" }, async (world) => {
      world.service.script.fault({ operation: "Snapshot Blob", times: Infinity }, { kind: "answer", status, code });
      const { output } = await world.startApply().ended;

      expect(output.replace(/\s+/g, " ")).toContain(`exit status ${String(exitStatus)}.`);
      expect(output.replace(/\s+/g, " ")).toMatch(/restore point.*ABORT_ONLY/);
      expect(world.service.requestsOf("Copy Blob")).toEqual([]);
      expect(world.isAsBefore).toBe(true);

      world.declare({ rollback: RollbackPolicy.ABORT_ONLY });
      expect(await world.startApply().ended).toMatchObject({ exitCode: 0 });
      expect(world.isComplete).toBe(true);
    });
  });

  it.concurrent("does not touch an archived destination, and says why", async () => {
    await inWorld({}, async (world) => {
      world.dest.putBlob("data", "copy.bin", { content: "archived", accessTier: "Archive" });
      const { output } = await world.startApply().ended;

      expect(output.replace(/\s+/g, " ")).toContain("exit status 1.");
      expect(output.replace(/\s+/g, " ")).toMatch(/archived, and the service replaces only what is online/);
      expect(world.destination).toMatchObject({ accessTier: "Archive", snapshots: [] });
      expect(world.destination?.content.read().toString()).toBe("archived");
    });
  });
});
