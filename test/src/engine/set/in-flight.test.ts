import { Content } from "../../../support/fake-blob-service";
import { cancelled, SetWorld } from "./set-world";

const MEGABYTE = 1024 * 1024;

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start({ latencyMilliseconds: 3 });
  world.put(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`small/${index}`, String(index)])));
  world.source.putBlob("src", "large", { content: Content.pattern(600 * MEGABYTE) });
  world.source.putBlob("src", "page", { content: Content.pattern(9 * MEGABYTE), type: "PageBlob" });
  world.source.putBlob("src", "append", { content: Content.pattern(9 * MEGABYTE), type: "AppendBlob" });
});
afterEach(() => world.stop());

// A low and a high limit in turn: the same code keeps the limit in all cases.
it.each([
  { kind: "plain", maxConcurrency: 4, more: {} },
  { kind: "pruning", maxConcurrency: 1, more: { prune: true } },
  { kind: "atomic", maxConcurrency: 1, more: { atomic: true } },
  { kind: "atomic and pruning", maxConcurrency: 4, more: { atomic: true, prune: true } },
])(
  "a set that is $kind has at most $maxConcurrency requests in flight in every phase, as it declares",
  async ({ more, maxConcurrency }) => {
    const set = { ...world.prefixes(), ...more, maxConcurrency };
    // Blobs to replace, to inspect, to restore and to prune.
    world.destination.putBlob("dst", "small/1", { content: "before" });
    world.destination.putBlob("dst", "page", { content: Content.pattern(512), type: "PageBlob" });
    expect((await world.run(set)).failure).toBeUndefined();
    expect(world.service.takeMostInFlight()).toBeLessThanOrEqual(maxConcurrency);

    for (let index = 0; index < 20; index++) world.source.deleteBlob("src", `small/${index}`);
    world.put({ "small/30": "changed", "small/31": "changed" });
    expect((await world.run(set)).failure).toBeUndefined();
    expect(world.service.takeMostInFlight()).toBeLessThanOrEqual(maxConcurrency);
  },
);

it.each([1, 3])("keeps to %d requests while it is throttled, is cancelled and undoes", async (maxConcurrency) => {
  for (let index = 0; index < 40; index++) world.destination.putBlob("dst", `small/${index}`, { content: "before" });
  let requests = 0;
  const cancellation = new AbortController();
  world.service.script.random(({ operation }) => {
    if (operation === "Put Block List" && ++requests === 20) cancellation.abort(cancelled);
    return requests % 3 === 1 ? { kind: "answer", status: 503, code: "ServerBusy" } : undefined;
  });
  const { failure } = await world.run({ ...world.prefixes(), atomic: true, maxConcurrency }, { cancel: cancellation.signal });
  world.service.script.random();
  expect(failure).toBeDefined();
  expect(world.contents()["small/7"]).toBe("before");
  expect(world.service.takeMostInFlight()).toBeLessThanOrEqual(maxConcurrency);
});

it("copies the other blobs while the request of one is throttled, though one request is all that may be in flight", async () => {
  const copied: string[] = [];
  world.service.script.random(({ operation, path }) => {
    const isEarly = operation === "Put Blob From URL" && path.endsWith("/small/0") && copied.length < 39;
    return isEarly ? { kind: "answer", status: 503, code: "ServerBusy" } : undefined;
  });
  const onResult = ({ key }: { readonly key: string }) => copied.push(key);
  const { receipt } = await world.run({ ...world.prefixes({ include: ["small/*"] }), maxConcurrency: 1 }, { onResult });
  expect(receipt?.copied).toBe(40);
  expect(copied.at(-1)).toBe("small/0");
});
