import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { type Platform, platformOf } from "../../../../src/util/platform/platform";
import { parentProcess } from "../../../../src/util/platform/parent-process";
import { isCancelReason } from "../../../../src/process/cancel-reason";
import { itOnLinux } from "../../../support/machine/systems";
import { Rendezvous } from "../../../../src/process/rendezvous";

const ALL: readonly NodeJS.Platform[] = ["linux", "darwin", "win32", "freebsd"];

const UNIX_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

it.each<[NodeJS.Platform, Platform]>([
  ["linux", { cancelSignals: UNIX_SIGNALS, maxSocketPath: 107, adoptsOrphans: true, startTimeFrom: "proc", locksOpenFiles: false }],
  ["darwin", { cancelSignals: UNIX_SIGNALS, maxSocketPath: 103, adoptsOrphans: true, startTimeFrom: "ps", locksOpenFiles: false }],
  [
    "win32",
    {
      cancelSignals: ["SIGINT", "SIGBREAK", "SIGHUP"],
      maxSocketPath: undefined,
      adoptsOrphans: false,
      startTimeFrom: "PowerShell",
      locksOpenFiles: true,
    },
  ],
])("what the program knows of %s", (name, known) => {
  expect(platformOf(name)).toEqual(known);
});

it.each(ALL)("a signal of %s is a reason that a guardian takes", (name) => {
  for (const signal of platformOf(name).cancelSignals) expect(isCancelReason(signal)).toBe(true);
});

it("listens for signals only that this system has", () => {
  for (const signal of platformOf(process.platform).cancelSignals) expect(constants.signals).toHaveProperty(signal);
});

describe("where launchers meet", () => {
  it("is nowhere on Windows, where others could be there first", () => {
    expect(Rendezvous.of(process.pid, platformOf("win32"))).toBeUndefined();
  });

  it.each(["linux", "darwin"] as const)("is in a path that a socket may have, or nowhere: %s", (name) => {
    const platform = platformOf(name);
    const longest = Rendezvous.of(process.pid, { ...platform, maxSocketPath: Number.POSITIVE_INFINITY })?.path ?? "";
    const bytes = Buffer.byteLength(`${longest}.4194304`);
    expect(Rendezvous.of(process.pid, { ...platform, maxSocketPath: bytes })?.path).toBe(longest);
    expect(Rendezvous.of(process.pid, { ...platform, maxSocketPath: bytes - 1 })).toBeUndefined();
  });
});

describe("whoever has started the program", () => {
  it.each(["linux", "darwin"] as const)("has ended when there is another parent: %s", (name) => {
    let parent = 4711;
    const starter = parentProcess(platformOf(name), () => parent);
    expect(starter.pid).toBe(4711);
    expect(starter.hasEnded()).toBe(false);
    parent = 1;
    expect(starter.hasEnded()).toBe(true);
  });

  itOnLinux.each([true, false])("was gone where the parent is of another session: %s", async (detached) => {
    const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", detached });
    await once(parent, "spawn");
    expect(parentProcess(platformOf("linux"), () => parent.pid ?? 0).wasGone).toBe(detached);
    parent.kill("SIGKILL");
    await once(parent, "close");
  });

  it("has ended on Windows when its number, which stays, is that of nobody", async () => {
    const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    await once(parent, "spawn");
    const { pid = 0 } = parent;
    const starter = parentProcess(platformOf("win32"), () => pid);
    expect(starter).toMatchObject({ pid, wasGone: false });
    expect(starter.hasEnded()).toBe(false);
    parent.kill("SIGKILL");
    await once(parent, "close");
    expect(starter.hasEnded()).toBe(true);

    const afterwards = parentProcess(platformOf("win32"), () => pid);
    expect(afterwards).toMatchObject({ pid: 0, wasGone: true });
    expect(afterwards.hasEnded()).toBe(false);
  });
});
