import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../../src/engine/ports/clock";
import { GuardianLock } from "../../../src/state/guardian-lock";
import { ownIdentity } from "../../../src/util/platform/process-identity";
import { destinationKey, StateDirectory } from "../../../src/state/state-directory";
import { itOnLinux } from "../../support/machine/systems";

const destination = "https://dest.blob.core.windows.net/release/v3.onnx";
let state: StateDirectory;
let now: number;
let told: string[];
let onSleep: () => void;

const clock: Clock = {
  now: () => now,
  sleep: (milliseconds, signal) => {
    now += milliseconds;
    onSleep();
    return signal?.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve();
  },
};

beforeEach(() => {
  state = new StateDirectory(mkdtempSync(join(tmpdir(), "blob-copy-state-")));
  state.create();
  now = 0;
  told = [];
  onSleep = () => undefined;
});

afterEach(() => rmSync(state.path, { recursive: true, force: true }));

const file = () => join(state.guardianFolder, `${destinationKey(destination)}.pid`);
const claim = async (signal = new AbortController().signal) => {
  const taken = new GuardianLock(state);
  await taken.take({ destinations: [destination], clock, signal, onWait: (text) => told.push(text) });
  return taken;
};

/**
 * Simulates a running process that holds the destination. The parent of this test is one, which the
 * test did not start.
 */
function heldBy(pid: number, startTime: string): void {
  writeFileSync(file(), JSON.stringify({ pid, startTime }));
}

function parentIdentity() {
  const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
  return { pid: process.ppid, startTime: stat.replace(/^.*\) /s, "").split(" ")[19] ?? "" };
}

it("is written at once when nobody else is there, and given back", async () => {
  const taken = await claim();
  expect(JSON.parse(readFileSync(file(), "utf8"))).toEqual(ownIdentity());
  expect(told).toEqual([]);
  taken.release();
  expect(readdirSync(state.guardianFolder)).toEqual([]);
});

it("takes over from a process that has ended", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  heldBy(child.pid ?? 0, "1");
  await claim();
  expect(now).toBe(0);
});

itOnLinux("takes over when the number belongs to another process by now", async () => {
  heldBy(process.ppid, "1");
  await claim();
  expect(now).toBe(0);
});

itOnLinux("waits for a running one, says so once, and goes on when it has ended", async () => {
  const { pid, startTime } = parentIdentity();
  heldBy(pid, startTime);
  onSleep = () => {
    if (now >= 3_000) rmSync(file(), { force: true });
  };
  await claim();
  expect(now).toBe(3_000);
  expect(told).toEqual([expect.stringContaining(`process ${pid}`)]);
});

itOnLinux("gives up after a minute, naming the process", async () => {
  const { pid, startTime } = parentIdentity();
  heldBy(pid, startTime);
  await expect(claim()).rejects.toMatchObject({ exitCode: 1, why: expect.stringContaining(`process ${pid}`) as string });
  expect(now).toBe(60_000);
});

itOnLinux("stops waiting when the run is cancelled", async () => {
  const { pid, startTime } = parentIdentity();
  heldBy(pid, startTime);
  const controller = new AbortController();
  onSleep = () => controller.abort(new Error("cancelled"));
  await expect(claim(controller.signal)).rejects.toThrow("cancelled");
});

it("takes a file that says nothing for none", async () => {
  writeFileSync(file(), "");
  await claim();
  expect(now).toBe(0);
});
