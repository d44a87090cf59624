import { Content } from "../../../support/fake-blob-service";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const large = Content.pattern(9 * 1024 * 1024);
const near = () => world.prefixes({ source: world.prefix("destination", "near/"), destination: world.prefix("destination", "far/") });
const arrange = (count: number) => {
  for (let index = 0; index < count; index++) world.destination.putBlob("dst", `near/${index}`, { content: large });
};

it("copies large blobs within an account as pointer copies, and watches many of them by listing", async () => {
  arrange(60);
  world.service.script.copies({ pendingMilliseconds: 1_500 });
  const startedAt = Date.now();
  const { receipt, failure } = await world.run({ ...near(), maxConcurrency: 256 });
  const seconds = (Date.now() - startedAt) / 1_000;
  expect(failure).toBeUndefined();
  expect(receipt).toMatchObject({ copied: 60 });
  expect(world.requests("Copy Blob")).toBe(60);
  // One read of the destination before the copy and one after it, and one of the source. During the
  // copy, only blobs are read whose copy the listing does not show.
  if (world.service.script.ways.is("pending-copy-in-listing", "shown"))
    expect(world.requests("Get Blob Properties")).toBeLessThan(60 * 3 + 60);
  // However long it takes, one listing at a time replaces 60 reads.
  expect(world.requests("List Blobs")).toBeLessThan(20 + 20 * seconds);
});

it("looks at few of them one by one", async () => {
  arrange(3);
  world.service.script.copies({ pendingMilliseconds: 300 });
  expect((await world.run(near())).receipt).toMatchObject({ copied: 3 });
  expect(world.requests("List Blobs")).toBe(3);
});

it("tells a failed copy from the others", async () => {
  arrange(12);
  world.service.script.copies({ pendingMilliseconds: 300 });
  world.service.script.copies({
    name: "far/7",
    pendingMilliseconds: 300,
    outcome: "failed",
    statusDescription: '404 ResourceNotFound "gone"',
  });
  const { failure } = await world.run({ ...near(), maxFailures: 3 });
  expect(failure?.what).toBe("1 of 12 blobs was not copied");
  expect(world.of("set-failures")[0]?.failures).toMatchObject([
    { key: "7", why: expect.stringContaining("404 ResourceNotFound") as string },
  ]);
  expect(world.destination.getBlob("dst", "far/7")).toBeUndefined();
});
