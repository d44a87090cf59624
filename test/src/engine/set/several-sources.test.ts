import { overlapOf } from "../../../../src/intent/overlap";
import { ExitCode } from "../../../../src/failure/exit-code";
import { SetWorld } from "./set-world";

describe("a set that would read what it writes", () => {
  const place = (prefix: string, containerName = "c") => ({ blobEndpoint: "https://aaa.blob.core.windows.net", containerName, prefix });
  const overlap = (from: string, to: string, rest: Record<string, unknown> = {}, container = "c") =>
    overlapOf({ source: place(from), destination: place(to, container), include: [], exclude: [], rename: {}, ...rest });

  it.each([
    ["below its source", "", "backup/", {}],
    ["above its source", "a/b/", "a/", {}],
    ["its source", "v3/", "v3/", {}],
    ["its source, with names that change places", "", "", { rename: { a: "b", b: "a" } }],
    ["below its source by a rename", "v1/", "", { include: ["x/**"], rename: { "x/": "v1/x/y/" } }],
    ["what another part of it reads", "", "", { include: ["v1/**", "cur/**"], rename: { "v1/": "cur/" } }],
  ])("is refused when its destination is %s", (_, from, to, rest) => {
    expect(overlap(from, to, rest)).toContain("overlap in one container");
  });

  it.each([
    ["another container", "", "backup/", {}, "d"],
    ["a prefix beside it", "v1/", "v2/", {}, "c"],
    ["what is excluded", "", "backup/", { exclude: ["backup/**"] }, "c"],
    ["what is not included", "", "", { include: ["v1/**"], rename: { "v1/": "cur/" } }, "c"],
  ])("is not suspected when its destination is %s", (_, from, to, rest, container) => {
    expect(overlap(from, to, rest, container)).toBeUndefined();
  });

  it("is known by its place, however that is spelt", () => {
    const source = { blobEndpoint: "https://AAA.blob.core.windows.net:443/", containerName: "c", prefix: "" };
    expect(overlapOf({ source, destination: place("x/"), include: [], exclude: [], rename: {} })).toBeDefined();
  });
});

describe("several sources for one destination", () => {
  let world: SetWorld;
  beforeEach(async () => {
    world = await SetWorld.start();
  });
  afterEach(() => world.stop());

  const expectRefused = async (set: Record<string, unknown>, ...names: string[]) => {
    for (const atomic of [false, true]) {
      const { failure } = await world.run({ ...set, atomic });
      expect(failure).toMatchObject({ exitCode: ExitCode.BAD_INTENT });
      for (const name of names) expect(failure?.why).toContain(name);
    }
    expect(world.contents()).toEqual({});
  };

  it("are found where a rename brings them together, before anything is copied", async () => {
    world.put({ "v1/x": "1", "v1/y": "y", "cur/x": "2", other: "o" });
    await expectRefused(world.prefixes({ rename: { "v1/": "cur/" } }), '"cur/x"', '"v1/x"');
    await expectRefused(world.prefixes({ rename: { "v1/x": "cur/x" } }), '"cur/x"', '"v1/x"');
  });

  it("are none when the other one is left out, or is not there", async () => {
    world.put({ "v1/x": "1", "cur/x": "2", "cur/y": "y" });
    const rename = { "v1/": "cur/" };
    expect((await world.run(world.prefixes({ rename, exclude: ["cur/x"] }))).receipt).toMatchObject({ total: 2, failed: 0 });
    expect(world.contents()).toEqual({ "cur/x": "1", "cur/y": "y" });
  });

  const line = (key: string, change: Record<string, unknown> = {}, from: Record<string, unknown> = {}) =>
    JSON.stringify({
      key,
      source: { kind: "blob", ...world.container("source"), blobName: key, ...from },
      destination: { kind: "blob", ...world.container("destination"), blobName: key, ...change },
    });
  const manifest = { manifest: { file: "copies.ndjson" } };

  it("are found however far they are apart in a manifest, and however they are spelt", async () => {
    const many = Array.from({ length: 2_100 }, (_, index) => `blob-${index}`);
    world.manifest = [...many.map((key) => line(key)), line("last", { blobName: "blob-7" })];
    await expectRefused(manifest, '"blob-7"', '"last"');
    const { blobEndpoint } = world.prefix("destination");
    world.manifest = [line("one", { blobName: "x" }), line("two", { blobName: "x", blobEndpoint: `${blobEndpoint}/` })];
    await expectRefused(manifest, '"one"', '"two"');
    world.manifest = [line("one", { blobName: "x" }), line("two", { kind: "url", url: world.destination.blobUrl("dst", "x") })];
    await expectRefused(manifest, '"one"', '"two"');
  });

  it("of a manifest are refused when one copies from what another one writes, but not from a snapshot of it", async () => {
    const ofDestination = (blobName: string) => ({ ...world.container("destination"), blobName });
    world.manifest = [line("a", { blobName: "b" }, ofDestination("a")), line("b", { blobName: "a" }, ofDestination("b"))];
    await expectRefused(manifest, '"a"', '"b"');
    world.put({ c: "c" });
    world.manifest = [line("c"), line("d", {}, { ...ofDestination("c"), snapshot: "2026-01-01T00:00:00.0000000Z" })];
    expect((await world.run({ ...manifest, maxFailures: 5 })).failure?.exitCode).not.toBe(ExitCode.BAD_INTENT);
  });
});
