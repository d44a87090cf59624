import { FakeWorld } from "./support/fake-world";
import { flows, FlowReplay } from "./support/flow";

/** Flows of which the fake service does not have all: what of them the client reads is in client-values and client-errors. */
const NOT_IN_THE_FAKE: Readonly<Record<string, string>> = {
  "promote-a-version-2021-12-02": "the fake keeps no versions",
  "delete-root-version-2021-12-02": "the fake keeps no versions",
  "undelete-version-2021-12-02": "the fake keeps nothing that was deleted",
  "incremental-copy-2021-12-02": "the fake has no incremental copies",
  "incremental-copy-conditions-2021-12-02": "the fake has no incremental copies",
  "incremental-copy-2022": "the fake has no incremental copies",
  "az-cli-incremental-copy": "the fake has no incremental copies",
};

let world: FakeWorld;

beforeEach(async () => {
  world = await FakeWorld.start();
});
afterEach(() => world.stop());

it.each([...flows.keys()].filter((name) => !(name in NOT_IN_THE_FAKE)))(
  "%s: the fake service answers each step as the real one did",
  async (name) => {
    const seen = await new FlowReplay(world, flows.get(name) ?? []).run();
    expect(seen.map(({ title, fake }) => ({ title, ...fake }))).toEqual(seen.map(({ title, real }) => ({ title, ...real })));
  },
);

it("there are 43 flows, and the ones that are left out are among them", () => {
  expect(flows.size).toBe(43);
  expect(Object.keys(NOT_IN_THE_FAKE).filter((name) => !flows.has(name))).toEqual([]);
});
