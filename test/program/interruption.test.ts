import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { CopyFixture } from "./copy-fixture";
import { eventually, isAlive, type ProgramRun } from "./program";
import { describeOnUnix, itOnLinux, itOnUnix } from "../support/machine/systems";
import { slowness } from "../support/machine/slowness";

let fixture: CopyFixture;

beforeAll(async () => {
  fixture = await CopyFixture.start();
});

afterEach(async () => {
  // A guardian that finishes alone must not continue into the next test.
  await eventually(() => fixture.program.guardians().every((pid) => !isAlive(pid)));
  fixture.service.script.reset();
  fixture.service.requests.length = 0;
  fixture.service.account("dest").deleteBlob("release", "v3.onnx");
});

afterAll(() => fixture.dispose());

/** Starts a copy as Terraform does, and waits until it is pending. */
async function startPendingCopy(
  start: (env: NodeJS.ProcessEnv) => ProgramRun = (env) => fixture.program.start(["apply"], env),
): Promise<ProgramRun> {
  fixture.staysPending();
  const run = start(fixture.environmentOf(fixture.intent()));
  await eventually(() => fixture.destination()?.copy?.status === "pending" && run.output().includes("Copy started")).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}\n${run.output()}`);
    },
  );
  return run;
}

/** This file shows Terraform that the program still has work to do. */
const unsettledOf = (env: NodeJS.ProcessEnv) => join(fixture.program.stateFolder, `${env.BLOB_COPY_RECEIPT_ID ?? ""}.unsettled`);
const abortRequests = () => fixture.service.requestsOf("Abort Copy Blob");
const isRolledBack = () => abortRequests().length === 1 && fixture.destination() === undefined;

describeOnUnix.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 130],
  ["SIGQUIT", 130],
] as const)("%s", (signal, exitCode) => {
  it("aborts the copy, puts the destination back and ends with its exit code", async () => {
    const run = await startPendingCopy();
    run.child.kill(signal);

    const result = await run.ended;
    expect(isRolledBack()).toBe(true);
    expect(result).toMatchObject({ exitCode, signal: null, errorOutput: "" });
    expect(result.output).toMatch(/Copy aborted: copy id [\w-]+\n/);
    expect(result.output).toMatch(new RegExp(`Exit code ${exitCode} \\(\\w+\\)\\n$`));
  });
});

it("rolls back when the launcher is killed, tells it in the next run and not again", async () => {
  const run = await startPendingCopy();
  run.child.kill("SIGKILL");
  const word = await eventually(() => fixture.program.lastWords()[0]);
  expect(isRolledBack()).toBe(true);
  expect(word).toMatchObject({ destination: fixture.service.account("dest").blobUrl("release", "v3.onnx"), outcome: "removed" });

  const file = fixture.program.writeIntent(fixture.intent());
  const status = await fixture.program.run(["status", file], fixture.environment);
  expect(status.output).toMatch(/^absent .*\nFrom an earlier run, .*cancelled.*the destination is absent, as before/);

  fixture.service.script.reset();
  const next = await fixture.program.run(["apply", file], fixture.environment);
  expect(next.output).toMatch(/^From an earlier run, /);
  expect(next.exitCode).toBe(0);

  const afterwards = await fixture.program.run(["status", file], fixture.environment);
  expect(afterwards.output).not.toContain("earlier run");
});

it("lets the next deploy tell of a copy that was complete when nobody listened any more, and does not copy again", async () => {
  fixture.service.account("dest").putBlob("release", "v3.onnx", { content: "replaced" });
  // Delays the removal of the restore point, when the copy is already committed.
  fixture.service.script.fault({ operation: "Delete Blob" }, { kind: "delay", milliseconds: 500 });
  const env = fixture.environmentOf(fixture.intent());
  const run = fixture.program.start(["apply"], env);
  await eventually(() => fixture.service.requestsOf("Delete Blob").length > 0);
  run.child.kill("SIGKILL");
  expect(await eventually(() => fixture.program.lastWords()[0])).toMatchObject({ outcome: "completed" });
  await eventually(() => existsSync(unsettledOf(env)));

  const next = await fixture.program.run(["apply"], env);
  expect(next).toMatchObject({ exitCode: 0, errorOutput: "" });
  expect(next.output).toMatch(/^From an earlier run, .*the copy was completed, but its result could not be reported\.\n$/);
  expect(fixture.service.requestsOf("Copy Blob")).toHaveLength(1);
  expect(fixture.program.lastWords()).toEqual([]);
  expect(existsSync(unsettledOf(env))).toBe(false);
});

it("sends the abort within half a second of the launcher's death", async () => {
  const run = await startPendingCopy();
  const slownessBefore = slowness();
  const killedAt = performance.timeOrigin + performance.now();
  run.child.kill("SIGKILL");
  const abort = await eventually(() => abortRequests()[0]);
  expect(abort.at - killedAt).toBeLessThan(500 * Math.max(slownessBefore, slowness()));
});

it("rolls back when its output is closed", async () => {
  const run = await startPendingCopy();
  run.child.stdout?.destroy();
  await eventually(isRolledBack);
  expect(await run.ended).toMatchObject({ exitCode: 130, errorOutput: "" });
  expect(await eventually(() => fixture.program.lastWords()[0])).toMatchObject({ outcome: "removed" });
});

it("rolls back when whoever started it is killed", async () => {
  // Simulates Terraform: the launcher is its child, and its output goes elsewhere.
  const starter = `
    const child = require("node:child_process").spawn(process.execPath, [process.argv[1], "apply"], { stdio: ["ignore", "inherit", "inherit"] });
    child.on("exit", (code) => process.exit(code));`;
  const run = await startPendingCopy((env) => fixture.program.startCommand(process.execPath, ["-e", starter, fixture.program.script], env));
  run.child.kill("SIGKILL");
  await eventually(isRolledBack);
  await eventually(() => fixture.program.lastWords()[0]);
});

itOnLinux("does nothing when whoever started it is gone before it has begun, as Terraform that was killed at that moment", async () => {
  const late = `(while kill -0 $$ 2> /dev/null; do sleep 0.02; done; exec "$0" "$1" apply) & exit`;
  const start = (env: NodeJS.ProcessEnv) =>
    fixture.program.startCommand("setsid", ["bash", "-c", late, process.execPath, fixture.program.script], env);
  const { output } = await start(fixture.environmentOf(fixture.intent())).ended;
  expect(output).toMatch(/^Nothing was started: the process that had started the program was already gone\. .*\n$/);
  expect(fixture.service.requests).toEqual([]);
});

itOnUnix("returns at once on a second Ctrl-C while the rollback goes on", async () => {
  const run = await startPendingCopy();
  let release: () => void = () => undefined;
  fixture.service.script.fault(
    { operation: "Abort Copy Blob" },
    { kind: "hold", until: new Promise<void>((resolve) => (release = resolve)) },
  );
  run.child.kill("SIGINT");
  await eventually(() => abortRequests().length > 0);
  // Half a second after the launcher received the first signal, the next one counts as another
  // keystroke.
  await new Promise((resolve) => setTimeout(resolve, 600));
  run.child.kill("SIGINT");

  expect((await run.ended).exitCode).toBe(130);
  expect(fixture.destination()?.copy?.status).toBe("pending");
  release();
  await eventually(isRolledBack);
  await eventually(() => fixture.program.lastWords()[0]);
});

itOnUnix("takes the second of two signals that come together for the same keystroke", async () => {
  const run = await startPendingCopy();
  run.child.kill("SIGINT");
  run.child.kill("SIGINT");
  expect((await run.ended).output).toContain("Copy aborted");
  expect(isRolledBack()).toBe(true);
});

it("replaces a guardian that is killed, and the replacement rolls back", async () => {
  const run = await startPendingCopy();
  const [guardian] = fixture.program.guardians();
  process.kill(guardian ?? 0, "SIGKILL");

  const result = await run.ended;
  expect(isRolledBack()).toBe(true);
  expect(result.exitCode).toBe(1);
  // On Windows a killed process ends like one that failed.
  expect(result.output).toMatch(
    /The copy failed: the guardian process was lost, it (was ended by SIGKILL|ended with exit code 1 before its work was done)\. .*run the deploy again\.\n$/,
  );
  expect(fixture.program.lastWords()).toEqual([]);
});

it("has done what it was asked for when its guardian is killed after the commit", async () => {
  fixture.service.account("dest").putBlob("release", "v3.onnx", { content: "replaced" });
  fixture.service.script.fault({ operation: "Delete Blob" }, { kind: "delay", milliseconds: 2_000 });
  const env = fixture.environmentOf(fixture.intent());
  const run = fixture.program.start(["apply"], env);
  await eventually(() => fixture.service.requestsOf("Delete Blob").length > 0);
  process.kill(fixture.program.guardians()[0] ?? 0, "SIGKILL");
  const { exitCode, output } = await run.ended;

  expect(exitCode).toBe(0);
  expect(output).toContain("after everything was copied and the results were safe. A replacement has cleaned up the rest.");
  expect(output).not.toMatch(/failed|run the deploy again/i);
  expect(fixture.destination()?.content.read().toString()).toBe("the new bytes");
  expect(fixture.service.account("dest").snapshots("release", "v3.onnx")).toEqual([]);
  expect(existsSync(unsettledOf(env))).toBe(false);
  expect(await fixture.program.run(["apply"], env)).toMatchObject({ exitCode: 0, output: "", errorOutput: "" });
});

it("warns in JSON, as all other warnings are, that its guardian was killed after the commit", async () => {
  fixture.service.account("dest").putBlob("release", "v3.onnx", { content: "replaced" });
  fixture.service.script.fault({ operation: "Delete Blob" }, { kind: "delay", milliseconds: 2_000 });
  const run = fixture.program.start(["apply"], { ...fixture.environmentOf(fixture.intent()), BLOB_COPY_LOG_FORMAT: "json" });
  await eventually(() => fixture.service.requestsOf("Delete Blob").length > 0);
  process.kill(fixture.program.guardians()[0] ?? 0, "SIGKILL");
  const { output } = await run.ended;
  expect(JSON.parse(output.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ level: "warn", event: "guardian-lost" });
});

it("lets the next deploy tell what a replacement did that nobody heard of, and does not copy again what was committed", async () => {
  fixture.service.account("dest").putBlob("release", "v3.onnx", { content: "replaced" });
  // The guardian makes the first attempt to remove the restore point, when the copy is committed.
  // Its replacement makes the second.
  fixture.service.script.fault({ operation: "Delete Blob", times: 2 }, { kind: "delay", milliseconds: 1_000 });
  const env = fixture.environmentOf(fixture.intent());
  const run = fixture.program.start(["apply"], env);
  await eventually(() => fixture.service.requestsOf("Delete Blob").length > 0);
  const [guardian] = fixture.program.guardians();
  process.kill(guardian ?? 0, "SIGKILL");
  await eventually(() => fixture.program.guardians().some((pid) => pid !== guardian));
  run.child.kill("SIGKILL");
  await run.ended;
  await eventually(() => fixture.program.lastWords()[0]);
  await eventually(() => fixture.program.guardians().length === 0);
  expect(existsSync(unsettledOf(env))).toBe(true);

  const next = await fixture.program.run(["apply"], env);
  expect(next).toMatchObject({ exitCode: 0, errorOutput: "" });
  expect(next.output).toMatch(/^From an earlier run, /);
  expect(fixture.service.requestsOf("Copy Blob")).toHaveLength(1);
  expect(fixture.program.lastWords()).toEqual([]);
  expect(existsSync(unsettledOf(env))).toBe(false);
});

it("copies nothing when the run for its resource has come to its end since Terraform decided to run the program", async () => {
  const env = fixture.environmentOf(fixture.intent());
  expect(await fixture.program.run(["apply"], env)).toMatchObject({ exitCode: 0 });
  const next = await fixture.program.run(["apply"], env);
  expect(next).toMatchObject({ exitCode: 0, output: "", errorOutput: "" });
  expect(fixture.service.requestsOf("Copy Blob")).toHaveLength(1);
});

it("copies nothing when an older run for its resource commits while it waits for that run's end", async () => {
  fixture.service.account("dest").putBlob("release", "v3.onnx", { content: "replaced" });
  let release: () => void = () => undefined;
  fixture.service.script.fault({ operation: "Delete Blob" }, { kind: "hold", until: new Promise<void>((resolve) => (release = resolve)) });
  const env = fixture.environmentOf(fixture.intent());
  const first = fixture.program.start(["apply"], env);
  await eventually(() => fixture.service.requestsOf("Delete Blob").length > 0);
  const second = fixture.program.start(["apply"], { ...env, RUN: "another guardian" });
  await eventually(() => second.output().match(/Warning: an earlier run \(process \d+\) is still at work/));
  release();
  expect(await second.ended).toMatchObject({ exitCode: 0 });
  expect(await first.ended).toMatchObject({ exitCode: 0 });
  expect(fixture.service.requestsOf("Copy Blob")).toHaveLength(1);
  expect(existsSync(unsettledOf(env))).toBe(false);
});

it("rolls back in the next run when launcher and guardian are killed together", async () => {
  const run = await startPendingCopy();
  const [guardian] = fixture.program.guardians();
  run.child.kill("SIGKILL");
  process.kill(guardian ?? 0, "SIGKILL");
  await run.ended;

  fixture.service.script.reset();
  const other = fixture.intent({}, { source: { kind: "url", url: fixture.service.putWebObject("other", { content: "something else" }) } });
  const next = await fixture.program.run(["apply"], fixture.environmentOf(other));
  expect(next).toMatchObject({ exitCode: 0 });
  expect(fixture.destination()?.content.read().toString()).toBe("something else");
});

it("waits for an older guardian that is still rolling back the same destination", async () => {
  const first = await startPendingCopy();
  fixture.service.script.reset();
  let release: () => void = () => undefined;
  const until = new Promise<void>((resolve) => (release = resolve));
  fixture.service.script.fault({ operation: "Abort Copy Blob" }, { kind: "hold", until });
  first.child.kill("SIGKILL");

  const second = fixture.program.start(["apply"], fixture.environmentOf(fixture.intent()));
  await eventually(() => second.output().match(/Warning: an earlier run \(process \d+\) is still at work/));
  release();
  const { output, exitCode } = await second.ended;
  expect(output).toMatch(/From an earlier run, /);
  expect(exitCode).toBe(0);
});

itOnLinux("keeps the guardian away from the terminal and the job of whoever started it, and in the same folder", async () => {
  const open = fixture.program.writeIntent({}, "held-open-by-the-starter");
  const run = await startPendingCopy((env) =>
    fixture.program.startCommand("bash", ["-c", `exec "$0" "$1" apply 7<"$2"`, process.execPath, fixture.program.script, open], {
      ...env,
      RUNNER_TRACKING_ID: "github_1",
      VSTS_PROCESS_LOOKUP_ID: "vsts_1",
      BUILD_ID: "7",
      JENKINS_NODE_COOKIE: "c",
      KEPT: "kept",
    }),
  );
  const guardian = fixture.program.guardians()[0] ?? 0;
  const read = (file: string) => readFileSync(`/proc/${guardian}/${file}`, "utf8");
  const session = Number(
    read("stat")
      .replace(/^.*\) /s, "")
      .split(" ")[3],
  );
  const names = read("environ").split("\0");

  expect(session).toBe(guardian);
  expect(readlinkSync(`/proc/${guardian}/cwd`)).toBe(realpathSync(fixture.program.workFolder));
  expect(names).toContain("KEPT=kept");
  expect(names.filter((name) => /^(RUNNER_TRACKING_ID|VSTS_PROCESS_LOOKUP_ID|BUILD_ID|JENKINS_NODE_COOKIE)=/.test(name))).toEqual([]);
  expect(read("cmdline").split("\0")).toEqual([process.execPath, fixture.program.script.replace("blob-copy.js", "guardian.js"), ""]);

  const descriptors = readdirSync(`/proc/${guardian}/fd`).map((name) => readlinkSync(`/proc/${guardian}/fd/${name}`));
  expect(descriptors).not.toContain(realpathSync(open));

  run.child.kill("SIGINT");
  await run.ended;
});

itOnUnix("goes on rolling back while nobody takes what it prints", async () => {
  const run = await startPendingCopy();
  run.child.kill("SIGSTOP");
  const [guardian] = fixture.program.guardians();
  process.kill(guardian ?? 0, "SIGTERM");
  await eventually(isRolledBack);
  run.child.kill("SIGCONT");
  expect((await run.ended).exitCode).toBe(143);
});

itOnUnix("leaves its last word for the next run when the launcher is killed before it has printed it", async () => {
  let release: () => void = () => undefined;
  fixture.service.script.fault(
    { operation: "Abort Copy Blob" },
    { kind: "hold", until: new Promise<void>((resolve) => (release = resolve)) },
  );
  const run = await startPendingCopy();
  run.child.kill("SIGTERM");
  await eventually(() => abortRequests().length > 0);
  run.child.kill("SIGSTOP");
  release();
  await eventually(isRolledBack);
  await eventually(() => fixture.program.journalFiles().length === 0);
  run.child.kill("SIGKILL");

  expect(await eventually(() => fixture.program.lastWords()[0])).toMatchObject({ outcome: "removed" });
  expect((await run.ended).output).not.toContain("as before");
});
