import { FakeWorld } from "./support/fake-world";
import { flows, FlowReplay } from "./support/flow";

let world: FakeWorld;

beforeEach(async () => {
  world = await FakeWorld.start();
});
afterEach(() => world.stop());

it.each([...flows.keys()])("%s: the fake service answers each step as the real one did", async (name) => {
  const seen = await new FlowReplay(world, flows.get(name) ?? []).run();
  expect(seen.map(({ title, fake }) => ({ title, ...fake }))).toEqual(seen.map(({ title, real }) => ({ title, ...real })));
});

it("there are 43 flows", () => {
  expect(flows.size).toBe(43);
});
