import { CopyFailure } from "../../../../src/failure/copy-failure";
import { ExitCode } from "../../../../src/failure/exit-code";
import { MemorySetLog } from "../../../support/memory-store/set-log";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const names = Array.from({ length: 6 }, (_, index) => `blob-${index}`);
const OLD = Object.fromEntries(names.slice(0, 5).map((name) => [name, `old ${name}`]));
const atomic = () => ({ ...world.prefixes(), atomic: true, maxConcurrency: 1 });

function arrange(): void {
  world.put(Object.fromEntries(names.map((name) => [name, `new ${name}`])));
  for (const [name, content] of Object.entries(OLD)) world.destination.putBlob("dst", name, { content, metadata: { version: "1" } });
}

function expectAllOld(): void {
  expect(world.contents()).toEqual(OLD);
  expect(names.flatMap((name) => world.destination.snapshots("dst", name))).toEqual([]);
}

/** A disk that is full from the first line for which a predicate is true. */
class FullDisk extends MemorySetLog {
  constructor(private readonly isFull: (lines: string) => boolean) {
    super();
  }

  override append(lines: string): void {
    if (!this.isFull(lines)) return super.append(lines);
    // A part of the line is still written.
    super.append(lines.slice(0, 20));
    throw diskIsFull();
  }
}

function diskIsFull(): CopyFailure {
  const remedy = "make the directory writable for this user, with some free space";
  return new CopyFailure({ exitCode: ExitCode.COPY_FAILED, what: "The state directory could not be written", why: "ENOSPC", remedy });
}

describe("a guardian that is killed in the commit", () => {
  // The marks are written as block lists too.
  it.each([2, 3, 4, 6, 7])("at its block list %d is replaced by one that puts everything back", async (nth) => {
    arrange();
    await world.runKilled(atomic(), "Put Block List", nth);
    await world.recover(atomic());
    expectAllOld();
    expect(world.of("rollback-finished").filter(({ outcome }) => outcome === "incomplete")).toEqual([]);
    expect(world.log.isEmpty).toBe(true);
  });

  it.each([1, 3, 5])("at its restore point %d is replaced by one that leaves none behind", async (nth) => {
    arrange();
    await world.runKilled(atomic(), "Snapshot Blob", nth);
    await world.recover(atomic());
    expectAllOld();
  });

  it("leaves nothing that the next run has to put back", async () => {
    arrange();
    await world.runKilled(atomic(), "Put Block List", 5);
    expect((await world.run(atomic())).receipt).toMatchObject({ copied: 6 });
    expect(world.of("rollback-finished").filter(({ outcome }) => outcome === "incomplete")).toEqual([]);
  });

  it("has blobs that somebody else writes afterwards left alone", async () => {
    arrange();
    await world.runKilled(atomic(), "Put Block List", 6);
    world.destination.putBlob("dst", "blob-0", { content: "theirs" });
    await world.recover(atomic());
    expect(world.contents()).toEqual({ ...OLD, "blob-0": "theirs" });
  });
});

describe("a disk that is full", () => {
  it("when the set is put back does not keep it from being put back, and the message is about what failed first", async () => {
    arrange();
    let hasFailed = false;
    world.log = new FullDisk(() => hasFailed);
    world.service.script.random(({ operation, path }) => {
      if (operation !== "Put Block List" || !path.endsWith("/blob-4")) return undefined;
      hasFailed = true;
      return { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" };
    });
    const { failure } = await world.run(atomic());
    expect(failure?.why).toContain("BlobImmutableDueToPolicy");
    expectAllOld();
  });

  it.each([
    ["when the commit is noted", (lines: string) => lines.startsWith('{"index":')],
    ["when a section of the commit is begun", (lines: string) => lines.startsWith('{"commit":')],
    ["when a page is staged", (lines: string) => lines.startsWith('{"stage":')],
  ])("%s fails the set, which is put back", async (_, isFull) => {
    arrange();
    world.log = new FullDisk(isFull);
    const { failure } = await world.run(atomic());
    expect(failure?.what).toBe("The state directory could not be written");
    expectAllOld();
  });

  it("shows before the commit, as room for its notes is kept", async () => {
    arrange();
    world.log.reserve = () => {
      throw diskIsFull();
    };
    expect((await world.run(atomic())).failure?.what).toBe("The state directory could not be written");
    expect(world.requests("Snapshot Blob")).toBe(0);
    expectAllOld();
  });
});

it("reports the failure of the set, not that of its undoing", async () => {
  arrange();
  world.service.script.fault(
    { operation: "Put Block List", path: "/blob-3" },
    { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
  );
  world.log.lines = async function* () {
    if (world.requests("Put Block List") > 3) throw diskIsFull();
    yield* MemorySetLog.prototype.lines.call(this);
  };
  const { failure } = await world.run(atomic());
  expect(failure?.why).toContain("BlobImmutableDueToPolicy");
  expect(
    world
      .of("warning")
      .map(({ text }) => text)
      .join(),
  ).toContain("could not be put back");
});
