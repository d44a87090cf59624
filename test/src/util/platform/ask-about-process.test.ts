import { askAboutProcess, type ProcessFacts, powerShellQuestion, psQuestion } from "../../../../src/util/platform/ask-about-process";
import { type Platform, platformOf } from "../../../../src/util/platform/platform";
import { identityOf, isRunning, ownIdentity } from "../../../../src/util/platform/process-identity";

const OWN_START = performance.timeOrigin;
const ASKED = ["darwin", "win32"] as const;

/**
 * A new start time for each test, so that it counts as another process: each process is asked about
 * only once.
 */
let startTime = 1_000_000;

function identity() {
  startTime += 1_000_000;
  return { pid: process.pid, startTime: startTime.toString() };
}

/** Linux also has the `ps` of other Unix systems. */
it("this system's answer is the time at which this process began", () => {
  const platform = platformOf(process.platform === "linux" ? "darwin" : process.platform);
  const facts = askAboutProcess(process.pid, platform);
  expect(facts?.hasEnded).toBe(false);
  expect(Math.abs((facts?.startedAt ?? 0) - OWN_START)).toBeLessThan(10_000);
});

it.each<[string, ReturnType<ReturnType<typeof psQuestion>["parse"]>]>([
  ["Ss   Thu Nov 26 12:19:56 2026", { startedAt: Date.UTC(2026, 10, 26, 12, 19, 56), hasEnded: false }],
  ["R+   Thu Jan  1 02:03:04 2026", { startedAt: Date.UTC(2026, 0, 1, 2, 3, 4), hasEnded: false }],
  ["Z    Thu Nov 26 12:19:56 2026", { startedAt: Date.UTC(2026, 10, 26, 12, 19, 56), hasEnded: true }],
  ["", { startedAt: Number.NaN, hasEnded: false }],
])("reads what ps says: %p", (answer, facts) => {
  expect(psQuestion(1).parse(answer)).toEqual(facts);
});

it("reads what PowerShell says", () => {
  const { parse } = powerShellQuestion(1);
  expect(parse("2026-11-26T12:19:56.1234567Z")?.startedAt).toBe(Date.UTC(2026, 10, 26, 12, 19, 56, 123));
  expect(parse("")?.startedAt).toBeNaN();
});

it("asks programs of the system by their absolute paths", () => {
  expect(psQuestion(42).program).toBe("/bin/ps");
  expect(powerShellQuestion(42, "D:\\Windows").program).toBe("D:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe");
  expect(powerShellQuestion(42).args.at(-1)).toContain("Get-Process -Id 42 ");
});

it("does not know where there is no such program", () => {
  const platform = platformOf(process.platform === "win32" ? "darwin" : "win32");
  expect(askAboutProcess(process.pid, platform)).toBeUndefined();
});

describe.each(ASKED)("a process on %s", (name) => {
  const platform = platformOf(name);

  it("tells when it began itself, without asking", () => {
    expect(Math.abs(Number(ownIdentity(platform).startTime) - OWN_START)).toBeLessThan(1);
  });

  it("is known by its number where it is looked at from its beginning", () => {
    const ask = jest.fn();
    expect(identityOf(process.pid, platform)).toEqual({ pid: process.pid, startTime: "" });
    expect(isRunning(identityOf(process.pid, platform), platform, ask)).toBe(true);
    expect(ask).not.toHaveBeenCalled();
  });

  it("is asked about once", () => {
    const one = identity();
    const ask = jest.fn<ProcessFacts, [number, Platform]>(() => ({ startedAt: startTime + 3_000, hasEnded: false }));
    expect([isRunning(one, platform, ask), isRunning(one, platform, ask)]).toEqual([true, true]);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["another one, which began later", { startedAt: 3_600_000, hasEnded: false }, false],
    ["another one, which began earlier", { startedAt: -3_600_000, hasEnded: false }, false],
    ["one that has ended and is not collected", { startedAt: 0, hasEnded: true }, false],
    ["one that may not be looked at", undefined, true],
  ])("is told from %s", (_what, facts, expected) => {
    const one = identity();
    const ask = () => facts && { ...facts, startedAt: startTime + facts.startedAt };
    expect(isRunning(one, platform, ask)).toBe(expected);
  });

  it("is gone when there is none of its number, whatever another program would say", () => {
    const ask = jest.fn();
    jest.spyOn(process, "kill").mockImplementationOnce(() => {
      throw Object.assign(new Error("ESRCH"), { code: "ESRCH" });
    });
    expect(isRunning(identity(), platform, ask)).toBe(false);
    expect(ask).not.toHaveBeenCalled();
  });
});

it("reads Linux' own file, and never asks", () => {
  const ask = jest.fn();
  expect(isRunning({ pid: process.pid, startTime: "" }, platformOf("linux"), ask)).toBe(true);
  expect(ask).not.toHaveBeenCalled();
});
