import type { Fault } from "../../../support/fake-blob-service/script";
import { SetWorld } from "./set-world";

const names = ["a", "b", "c", "d"];
const NOT_THE_MARK = /\/dst\/[a-d]$/;

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  world.put(Object.fromEntries(names.map((name) => [name, `new ${name}`])));
  // Half of them replace an existing blob.
  for (const name of ["a", "c"]) world.destination.putBlob("dst", name, { content: `old ${name}` });
});
afterEach(() => world.stop());

const NEW = Object.fromEntries(names.map((name) => [name, `new ${name}`]));
const OLD = { a: "old a", c: "old c" };
const set = () => ({ ...world.prefixes(), atomic: true, maxConcurrency: 1 });
const snapshots = () => world.destination.blobNames("dst").flatMap((name) => world.destination.snapshots("dst", name));

const LOST: readonly Fault[] = [{ kind: "reset after effect" }, { kind: "reset before" }];
const REFUSED: readonly Fault[] = [
  { kind: "answer", status: 412, code: "ConditionNotMet" },
  { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
];

describe.each(names.map((_, index) => index + 1))("the answer to commit %d of an atomic set", (nth) => {
  const commit = { operation: "Put Block List", path: NOT_THE_MARK, nth };

  it.each(LOST)("is lost ($kind): the set completes", async (fault) => {
    world.service.script.fault(commit, fault);
    expect((await world.run(set())).failure).toBeUndefined();
    expect(world.contents()).toEqual(NEW);
    expect(snapshots()).toEqual([]);
  });

  it.each(REFUSED)("is $status: all is as it was, and the next run completes", async (fault) => {
    world.service.script.fault(commit, fault);
    const { failure } = await world.run(set());
    expect(world.contents()).toEqual(failure === undefined ? NEW : OLD);
    expect(snapshots()).toEqual([]);
    expect((await world.run(set())).failure).toBeUndefined();
    expect(world.contents()).toEqual(NEW);
    expect(snapshots()).toEqual([]);
    expect(world.journal.isEmpty).toBe(true);
  });
});

it.each([403, 404, 409])(
  "a lease of the commit's mark that is refused with %d is told of the destination, whose mark it is",
  async (status) => {
    world.service.script.fault(
      { operation: "Lease Blob", path: /\.commit$/, times: Infinity },
      { kind: "answer", status, code: status === 403 ? "AuthorizationPermissionMismatch" : "SomethingElse" },
    );
    const { failure } = await world.run(set());
    expect(failure?.side).toBe("destination");
    expect(world.contents()).toEqual(OLD);
  },
);

it("a mark that somebody deletes before it is leased is written again", async () => {
  let isDeleted = false;
  const told: boolean[] = [];
  world.service.script.random(({ operation, path }) => {
    const mark = world.destination.blobNames("dst").find((name) => name.endsWith(".commit"));
    if (operation === "Put Block List" && NOT_THE_MARK.test(path)) told.push(mark !== undefined);
    if (operation !== "Lease Blob" || mark === undefined || isDeleted) return undefined;
    isDeleted = true;
    world.destination.deleteBlob("dst", mark);
    return undefined;
  });
  expect((await world.run(set())).failure).toBeUndefined();
  expect(isDeleted).toBe(true);
  expect(told).toEqual(names.map(() => true));
  expect(world.contents()).toEqual(NEW);
  expect(world.destination.blobNames("dst")).toEqual(names);
});
