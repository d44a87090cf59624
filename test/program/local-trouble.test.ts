import { rmSync, writeFileSync } from "node:fs";
import { CopyFixture } from "./copy-fixture";
import { eventually, isAlive, type ProgramRun } from "./program";
import { itOnUnix } from "../support/machine/systems";

let fixture: CopyFixture;

beforeAll(async () => {
  fixture = await CopyFixture.start();
});

afterEach(async () => {
  await eventually(() => fixture.program.guardians().every((pid) => !isAlive(pid)));
  fixture.service.script.reset();
  fixture.service.requests.length = 0;
  fixture.service.account("dest").deleteBlob("release", "v3.onnx");
  rmSync(fixture.program.stateFolder, { recursive: true, force: true });
});

afterAll(() => fixture.dispose());

const abortRequests = () => fixture.service.requestsOf("Abort Copy Blob");

async function startCopy(
  pendingMilliseconds: number | undefined,
  start: (env: NodeJS.ProcessEnv) => ProgramRun = (env) => fixture.program.start(["apply"], env),
): Promise<ProgramRun> {
  fixture.service.script.copies(pendingMilliseconds === undefined ? { neverEnds: true } : { pendingMilliseconds });
  const run = start(fixture.environmentOf(fixture.intent()));
  await eventually(() => run.output().includes("Copy started"));
  return run;
}

it("completes although its state directory is removed while the copy is pending", async () => {
  const run = await startCopy(1_000);
  rmSync(fixture.program.stateFolder, { recursive: true });

  expect(await run.ended).toMatchObject({ exitCode: 0, errorOutput: "" });
  expect(fixture.destination()?.content.read().toString()).toBe("the new bytes");
});

it("rolls back, and says why, when its state directory cannot be written any more", async () => {
  const run = await startCopy(1_000);
  rmSync(fixture.program.stateFolder, { recursive: true });
  writeFileSync(fixture.program.stateFolder, "a file, where the folder was");

  const { exitCode, output } = await run.ended;
  expect({ exitCode, output }).toMatchObject({ exitCode: 1 });
  expect(output).toMatch(/The state directory .* could not be written.*\n(.*\n)*.*make the directory writable/);
  expect(fixture.destination()).toBeUndefined();
  rmSync(fixture.program.stateFolder);
});

it("touches nothing when its state directory cannot be made", async () => {
  writeFileSync(fixture.program.stateFolder, "a file");
  const { exitCode, output } = await fixture.program.run(["apply"], fixture.environmentOf(fixture.intent()));

  expect(exitCode).toBe(1);
  expect(output).toContain("could not be created");
  expect(fixture.service.requestsOf("Copy Blob")).toEqual([]);
  rmSync(fixture.program.stateFolder);
});

itOnUnix("rolls back when its starter is killed while the launcher is stopped, and cannot tell", async () => {
  const starter = `
    const child = require("node:child_process").spawn(process.execPath, [process.argv[1], "apply"], { stdio: ["ignore", "inherit", "inherit"] });
    console.log("launcher " + child.pid);
    child.on("exit", (code) => process.exit(code));`;
  const run = await startCopy(undefined, (env) =>
    fixture.program.startCommand(process.execPath, ["-e", starter, fixture.program.script], env),
  );
  const launcher = Number(/launcher (\d+)/.exec(run.output())?.[1]);
  process.kill(launcher, "SIGSTOP");
  try {
    run.child.kill("SIGKILL");
    await eventually(() => abortRequests().length === 1 && fixture.destination() === undefined);
    await eventually(() => fixture.program.lastWords().length === 1);
  } finally {
    process.kill(launcher, "SIGKILL");
  }
});
