import { BlobServiceClient } from "@azure/storage-blob";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  world.put({ a: "new a", b: "new b" });
  world.destination.putBlob("dst", "a", { content: "old a", tags: { team: "x" } });
});
afterEach(() => world.stop());

const THEIRS = { reviewed: "yes" };
/** Sets tags with another client. */
const tag = () =>
  BlobServiceClient.fromConnectionString(world.destination.connectionString).getContainerClient("dst").getBlobClient("a").setTags(THEIRS);

it.each<[string, Record<string, unknown>]>([
  ["none", {}],
  ["its own", { tags: { team: "y" } }],
])(
  "tags that somebody sets on what an atomic set has committed stay theirs when it is undone, where it declares %s",
  async (_, options) => {
    world.service.script.fault(
      { operation: "Put Block List", path: "/b", times: Infinity },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
    );
    let isTagged = false;
    world.service.script.random(() => {
      if (isTagged || world.contents()["a"] !== "new a") return undefined;
      isTagged = true;
      return { kind: "hold", until: tag().then(() => undefined) };
    });
    const set = { ...world.prefixes({ options }), atomic: true, maxConcurrency: 1 };
    expect((await world.run(set)).failure).toBeDefined();
    expect(isTagged).toBe(true);
    expect(world.destination.getBlob("dst", "a")).toMatchObject({ tags: THEIRS });
    expect(world.contents()).toEqual({ a: "old a" });
  },
);
