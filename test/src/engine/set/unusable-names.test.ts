import { ExitCode } from "../../../../src/failure/exit-code";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  for (const name of ["a", "z"]) world.source.putBlob("src", name, { content: name });
});
afterEach(() => world.stop());

/**
 * A name of 1,020 characters at the source, which is too long at the destination with its prefix.
 */
const LONG = "m".repeat(1_020);
const archived = (atomic: boolean) => ({ ...world.prefixes({ destination: world.prefix("destination", "archive/2024/") }), atomic });

it("copies the others where one name cannot be sent, and says which", async () => {
  world.source.putBlob("src", LONG, { content: "m" });
  const { failure, receipt } = await world.run(archived(false));
  expect(failure?.why).toContain("1033 characters");
  // The other exit code means that nothing was requested.
  expect(failure?.exitCode).toBe(ExitCode.COPY_FAILED);
  expect(failure?.message).not.toContain("no further one was started");
  expect(receipt).toBeUndefined();
  expect(Object.keys(world.contents())).toEqual(["archive/2024/a", "archive/2024/z"]);
});

it("undoes an atomic set whose names cannot all be sent, and goes on when they can", async () => {
  world.source.putBlob("src", LONG, { content: "m" });
  const { failure } = await world.run(archived(true));
  expect(failure?.why).toContain("1033 characters");
  expect(world.contents()).toEqual({});
  expect([world.journal.isEmpty, world.log.isEmpty]).toEqual([true, true]);
  expect(world.events.filter(({ type }) => type === "warning")).toEqual([]);
  world.source.deleteBlob("src", LONG);
  expect((await world.run(archived(true))).receipt).toMatchObject({ copied: 2 });
});

it("copies a name with a code point that is no character, as the service lists it", async () => {
  world.source.putBlob("src", "dir/file\uFFFF.blob", { content: "x" });
  expect((await world.run(world.prefixes())).receipt).toMatchObject({ copied: 3 });
  expect(world.contents()["dir/file\uFFFF.blob"]).toBe("x");
});

it.each([{}, { atomic: true }])("copies metadata and tags with names that every object has (%j)", async (how) => {
  const named = Object.fromEntries(["constructor", "toString"].map((name) => [name, "1"]));
  world.source.putBlob("src", "a", { content: "a", metadata: named, tags: named });
  expect((await world.run(world.prefixes({ options: { copySourceTags: true } }))).failure).toBeUndefined();
  expect(world.destination.getBlob("dst", "a")).toMatchObject({ metadata: named, tags: named });
  const declared = world.prefixes({ options: { metadata: { valueOf: "2" }, tags: { valueOf: "2" } } });
  expect((await world.run({ ...declared, ...how })).failure).toBeUndefined();
  expect(world.destination.getBlob("dst", "a")).toMatchObject({ metadata: { valueOf: "2" }, tags: { valueOf: "2" } });
});
