import { rmSync } from "node:fs";
import { describeOnUnix } from "../support/machine/systems";
import { CopyFixture } from "./copy-fixture";
import { eventually, isAlive, type ProgramRun } from "./program";

let fixture: CopyFixture;

beforeAll(async () => {
  fixture = await CopyFixture.start();
});

afterEach(async () => {
  await eventually(() => fixture.program.guardians().every((pid) => !isAlive(pid)));
  rmSync(fixture.program.stateFolder, { recursive: true, force: true });
  fixture.service.script.reset();
  fixture.service.requests.length = 0;
  fixture.service.account("dest").deleteBlob("release", "v3.onnx");
});

afterAll(() => fixture.dispose());

const dest = () => fixture.service.account("dest");
const deploy = (): ProgramRun => {
  const intent = fixture.intent({}, { method: "auto", accessTier: "Hot", rehydrate: { wait: true }, overwrite: "always" });
  return fixture.program.start(["apply", fixture.program.writeIntent(intent)], fixture.environment);
};
const isAwaited = (run: ProgramRun, way: string) =>
  /being rehydrated .*this run waits for it/.test(run.output()) || (way === "pending" && run.output().includes("Copy started: pending"));

/** Starts a copy from the archive, and waits until only the hours of its rehydration are left. */
async function startRehydration(way: "pending" | "has ended"): Promise<ProgramRun> {
  fixture.service.script.ways.choose("archived-source-stays", way);
  fixture.service.account("source").putBlob("models", "v3.onnx", { content: "from the archive", accessTier: "Archive" });
  const run = deploy();
  await eventually(() => fixture.destination()?.archiveStatus !== undefined && isAwaited(run, way)).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${run.output()}`);
  });
  return run;
}

/** Checks that the hours so far are not lost, and that the previous state is not restored. */
function expectThatItGoesOn(): void {
  expect(fixture.destination()).toMatchObject({ archiveStatus: "rehydrate-pending-to-hot" });
  for (const operation of ["Abort Copy Blob", "Delete Blob"]) expect(fixture.service.requestsOf(operation)).toEqual([]);
  expect(fixture.service.requestsOf("Copy Blob")).toHaveLength(1);
}

/** Checks that the next deploy waits for the existing copy, and cleans up. */
async function expectThatTheNextDeployWaits(): Promise<string> {
  const next = deploy();
  await eventually(() => /was found and is waited for|was found: success/.test(next.output()));
  expect(next.child.exitCode).toBeNull();
  dest().endRehydration("release", "v3.onnx");
  const { exitCode, output } = await next.ended;
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(fixture.service.requestsOf("Copy Blob")).toHaveLength(1);
  expect(fixture.destination()).toMatchObject({ accessTier: "Hot", archiveStatus: undefined, metadata: {} });
  expect(fixture.destination()?.content.read().toString()).toBe("from the archive");
  expect(fixture.destination()?.snapshots).toEqual([]);
  return output;
}

describeOnUnix.each(["pending", "has ended"] as const)("during a rehydration whose copy the service says %s", (way) => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s ends the wait and nothing else, and the next deploy goes on", async (signal, exitCode) => {
    const run = await startRehydration(way);
    run.child.kill(signal);
    const ended = await run.ended;
    expect(ended).toMatchObject({ exitCode, signal: null });
    expect(ended.output + ended.errorOutput).toMatch(
      /it is being rehydrated, which takes hours and continues by itself; the next deploy waits for it/,
    );
    expectThatItGoesOn();
    await expectThatTheNextDeployWaits();
  });

  it("the launcher's death ends the wait, which the next deploy tells, and goes on with", async () => {
    const run = await startRehydration(way);
    run.child.kill("SIGKILL");
    await eventually(() => fixture.program.lastWords()[0]);
    expectThatItGoesOn();
    expect(await expectThatTheNextDeployWaits()).toMatch(/From an earlier run, .*continues by itself/);
  });

  it("the guardian's death ends the wait, and the next deploy goes on", async () => {
    const run = await startRehydration(way);
    for (const pid of fixture.program.guardians()) process.kill(pid, "SIGKILL");
    const ended = await run.ended;
    expect(ended.exitCode).not.toBe(0);
    expect(ended.output + ended.errorOutput).toMatch(/continues by itself; the next deploy waits for it/);
    expectThatItGoesOn();
    await expectThatTheNextDeployWaits();
  });

  it("the loss of the machine ends the wait, and a deploy from another one goes on", async () => {
    const run = await startRehydration(way);
    const guardians = fixture.program.guardians();
    run.child.kill("SIGKILL");
    for (const pid of guardians) process.kill(pid, "SIGKILL");
    await run.ended;
    await eventually(() => guardians.every((pid) => !isAlive(pid)));
    rmSync(fixture.program.stateFolder, { recursive: true, force: true });
    expectThatItGoesOn();
    await expectThatTheNextDeployWaits();
  });
});
