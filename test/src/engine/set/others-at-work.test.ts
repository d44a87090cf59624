import type { BlobSeed } from "../../../support/fake-blob-service";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
});
afterEach(() => world.stop());

const PAGES: BlobSeed = { type: "PageBlob", content: "n".repeat(1_024), lastModified: Date.now() + 60_000 };
const deployment = "one";
const set = (place: string, values: Record<string, unknown> = {}) => ({
  prefixes: { source: world.prefix("source", place), destination: world.prefix("destination", place) },
  ...values,
});
const notes = () => [...world.journal.entries()].map(({ destination }) => destination);

/** Another construct of the deployment is replacing a blob in the same container. */
async function othersAtWork(place: string, owner: string): Promise<void> {
  world.source.putBlob("src", `${place}disk`, PAGES);
  world.destination.putBlob("dst", `${place}disk`, { type: "PageBlob", content: "o".repeat(1_024), lastModified: 0 });
  await world.runKilled(set(place, { prune: true }), "Put Page From URL", 1, { deployment, intent: { owner } });
  expect(notes()).toEqual([world.destination.blobUrl("dst", `${place}disk`)]);
}

const state = (place: string) => {
  const { etag, metadata, snapshots } = world.destination.getBlob("dst", `${place}disk`) ?? {};
  return { etag, metadata, snapshots, notes: notes() };
};

// One place is next to the set's own place, the other one below it.
it.each(["theirs/", "ours/theirs/"])("leaves what another construct has under way in %s alone, whatever is recovered", async (place) => {
  await othersAtWork(place, "Stack/theirs");
  const before = state(place);
  const declared = { source: world.prefix("source", "ours/"), destination: world.prefix("destination", "ours/"), exclude: ["theirs/**"] };
  const ours = { prefixes: declared };
  await world.recover(ours, { deployment });
  expect(state(place)).toEqual(before);
  await world.recover(ours, { deployment, isCommitted: true });
  expect(state(place)).toEqual(before);
  world.source.putBlob("src", "ours/a", { content: "a" });
  expect((await world.run({ prefixes: declared, atomic: true }, { deployment })).receipt).toMatchObject({ copied: 1 });
  expect(state(place)).toEqual(before);
  // The other construct's own recovery then restores its blob.
  await world.recover(set(place), { deployment, owner: "Stack/theirs" });
  expect(world.contents()[`${place}disk`]).toBe("o".repeat(1_024));
  expect(notes()).toEqual([]);
});

it("knows a blob that a replacement has put back as its own: it is pruned when its source is gone", async () => {
  const pruning = set("", { prune: true });
  world.source.putBlob("src", "disk", { ...PAGES, content: "o".repeat(1_024) });
  world.source.putBlob("src", "stays", { content: "stays" });
  await world.run(pruning, { deployment });
  world.source.putBlob("src", "disk", PAGES);
  await world.runKilled(pruning, "Put Page From URL", 1, { deployment });
  await world.recover(pruning, { deployment });
  expect(world.contents().disk).toBe("o".repeat(1_024));
  world.source.deleteBlob("src", "disk");
  expect((await world.run(pruning, { deployment })).receipt).toMatchObject({ pruned: 1 });
  expect(Object.keys(world.contents()).filter((name) => !name.startsWith(".blobcopy/"))).toEqual(["stays"]);
});
