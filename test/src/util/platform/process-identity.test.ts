import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { identityOf, isRunning, ownIdentity } from "../../../../src/util/platform/process-identity";
import { eventually } from "../../../program/program";
import { itOnLinux } from "../../../support/machine/systems";

afterEach(() => jest.restoreAllMocks());

/**
 * Errors of reading `/proc`: it does not exist, it hides others' processes, or all descriptors are
 * in use.
 */
const CANNOT_LOOK = ["ENOENT", "EACCES", "EPERM", "EMFILE", "ENFILE", "EIO"] as const;

function cannotLook(code: string): void {
  jest.spyOn(fs, "readFileSync").mockImplementation(() => {
    throw Object.assign(new Error(code), { code });
  });
}

it("knows a process that runs, and one that has ended", () => {
  expect(isRunning(ownIdentity())).toBe(true);
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect(isRunning({ pid, startTime: "" })).toBe(false);
  expect(isRunning({ pid, startTime: "1" })).toBe(false);
});

itOnLinux("takes a later process of the same number for another one", () => {
  expect(isRunning({ ...ownIdentity(), startTime: "1" })).toBe(false);
});

itOnLinux("takes a zombie for a process that has ended", async () => {
  const parent = spawn("sh", ["-c", "cat <&3 & echo $!; exec sleep 60"], {
    stdio: ["ignore", "pipe", "ignore", "pipe"],
  });
  try {
    const pid = await new Promise<number>((resolve) => parent.stdout?.once("data", (text: Buffer) => resolve(Number(text))));
    // Before that it is a shell, which would notice its child's end.
    await eventually(() => fs.readFileSync(`/proc/${String(parent.pid)}/comm`, "utf8") === "sleep\n");
    parent.stdio[3]?.destroy();
    await eventually(() => fs.readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "));
    expect(isRunning({ pid, startTime: "" })).toBe(false);
  } finally {
    parent.kill("SIGKILL");
  }
});

it.each(CANNOT_LOOK)("does not take a process for gone that it cannot read: %s", (code) => {
  const identity = ownIdentity();
  cannotLook(code);
  expect(isRunning(identity)).toBe(true);
  expect(isRunning(identityOf(process.pid))).toBe(true);
});

it.each(CANNOT_LOOK)("sees that a process has ended also where it cannot be looked at: %s", (code) => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  cannotLook(code);
  expect(isRunning({ pid, startTime: "1" })).toBe(false);
});

it("takes a process of another user for running", () => {
  jest.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("EPERM"), { code: "EPERM" });
  });
  expect(isRunning({ pid: process.pid, startTime: "" })).toBe(true);
});

it.each([Number.NaN, 0, -1, 1.5])("takes %p for the number of no process", (pid) => {
  expect(isRunning({ pid, startTime: "" })).toBe(false);
});
