import { RequestGate } from "../../../../../src/engine/set/flow/request-gate";
import { FakeClock } from "../../../../support/machine/fake-clock";
import { type Client, simulate } from "./simulated-service";

jest.setTimeout(600_000);

const rules = (isThrottled: (milliseconds: number, inThisSecond: number) => boolean) => ({
  latencyMilliseconds: 40,
  retryAfterMilliseconds: 1_000,
  isThrottled,
});
const refusedShare = ({ accepted, refused }: Client) => refused / (accepted + refused);
const total = (clients: readonly Client[]) => clients.reduce((sum, { accepted }) => sum + accepted, 0);

/** The same numbers in each run. */
function chance(probability: number): () => boolean {
  let seed = 1;
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648 < probability;
  };
}

describe("on a machine that is busy at first", () => {
  const seconds = 6;
  const latencyMilliseconds = (now: number) => Math.max(40, 400 - now / 10);
  let free = 0;

  beforeAll(async () => {
    free = total(await simulate({ ...rules(() => false), latencyMilliseconds }, seconds));
  });

  it.each([0.01, 0.05, 0.1])("takes at most half as long again when a share of %d is throttled at random", async (share) => {
    const noisy = await simulate({ ...rules(chance(share)), latencyMilliseconds, retryAfterMilliseconds: 0 }, seconds);
    expect(total(noisy) * 1.5).toBeGreaterThan(free);
  });
});

it("does not take a few throttled answers at a low rate for noise that hides the limit", async () => {
  const limit = 60;
  const [client = { accepted: 0, refused: 1 }] = await simulate(
    rules((_, inThisSecond) => inThisSecond >= limit),
    120,
    { countsFrom: 90 },
  );
  expect(client.accepted / (30 * limit)).toBeGreaterThan(0.9);
  expect(refusedShare(client)).toBeLessThan(0.05);
});

it.each([
  [500, 50],
  [500, 500],
  [100, 20],
])("uses nine tenths of a limit of %d a second that saves up %d requests", async (limit, burst) => {
  let tokens = burst;
  let at = 0;
  const isThrottled = (now: number) => {
    tokens = Math.min(burst, tokens + ((now - at) * limit) / 1_000);
    at = now;
    if (tokens < 1) return true;
    tokens--;
    return false;
  };
  const [client = { accepted: 0, refused: 1 }] = await simulate(rules(isThrottled), 20, { countsFrom: 6 });
  expect(client.accepted / (14 * limit)).toBeGreaterThan(0.9);
  expect(refusedShare(client)).toBeLessThan(0.05);
});

it.each([50, 500, 5_000])("uses nine tenths of a hard limit of %d a second, and is seldom refused", async (limit) => {
  const [client = { accepted: 0, refused: 1 }] = await simulate(
    rules((_, inThisSecond) => inThisSecond >= limit),
    12,
    { countsFrom: 4 },
  );
  expect(client.accepted / (8 * limit)).toBeGreaterThan(0.9);
  expect(refusedShare(client)).toBeLessThan(0.05);
});

it.each([
  [500, 50],
  [50, 500],
])("finds its rate again when the limit moves from %d to %d", async (before, after) => {
  const [client = { accepted: 0, refused: 1 }] = await simulate(
    rules((now, inThisSecond) => inThisSecond >= (now < 20_000 ? before : after)),
    80,
    { countsFrom: 50 },
  );
  expect(client.accepted / (30 * after)).toBeGreaterThan(0.9);
  expect(refusedShare(client)).toBeLessThan(0.05);
});

it("is back soon after an outage of two minutes", async () => {
  const limit = 500;
  const [client = { accepted: 0, refused: 1 }] = await simulate(
    rules((now, inThisSecond) => (now > 20_000 && now < 140_000) || inThisSecond >= limit),
    200,
    { countsFrom: 170 },
  );
  expect(client.accepted / (30 * limit)).toBeGreaterThan(0.85);
});

it("leaves another set that begins later its part", async () => {
  const limit = 500;
  const clients = await simulate(
    rules((_, inThisSecond) => inThisSecond >= limit),
    120,
    { startsAt: [0, 20], countsFrom: 60 },
  );
  expect(total(clients) / (60 * limit)).toBeGreaterThan(0.9);
  for (const { accepted } of clients) expect(accepted / total(clients)).toBeGreaterThan(0.25);
});

describe("a gate", () => {
  const inFlight = async (max: number, requests: number) => {
    const clock = new FakeClock(0);
    const gate = new RequestGate({ max, clock });
    let now = 0;
    let most = 0;
    const send = async () => {
      most = Math.max(most, ++now);
      await clock.sleep(10);
      now--;
    };
    await clock.runToEnd(Promise.all(Array.from({ length: requests }, () => gate.run(0, send))));
    return most;
  };

  it.each([1, 4, 16])("lets at most %d requests be in flight", async (max) => {
    expect(await inFlight(max, 200)).toBe(max);
  });

  it("keeps the bytes a second within what is declared, however large one request is", async () => {
    const clock = new FakeClock(0);
    const gate = new RequestGate({ max: 64, clock, bytesPerSecond: 100 });
    await clock.runToEnd(Promise.all(Array.from({ length: 50 }, () => gate.run(40, async () => clock.sleep(1)))));
    // A second's worth may be saved up at the beginning.
    expect(clock.now()).toBeGreaterThan(18_000);
  });

  it("delays a throttled request alone", async () => {
    const clock = new FakeClock(0);
    const gate = new RequestGate({ max: 2, clock });
    const ends: number[] = [];
    const throttled = gate.run(0, async (rest) => {
      gate.throttled(1_000);
      await rest(1_000, new AbortController().signal);
      ends.push(clock.now());
    });
    const others = Array.from({ length: 20 }, () =>
      gate.run(0, async () => {
        await clock.sleep(10);
        ends.push(clock.now());
      }),
    );
    await clock.runToEnd(Promise.all([throttled, ...others]));
    expect(ends.slice(0, 20).every((end) => end <= 100)).toBe(true);
    expect(ends.at(-1)).toBeGreaterThanOrEqual(1_000);
  });

  it("does not send what is given up while it waits", async () => {
    const clock = new FakeClock(0);
    const gate = new RequestGate({ max: 1, clock });
    const first = gate.run(0, async () => clock.sleep(10));
    const cancellation = new AbortController();
    const send = jest.fn(async () => undefined);
    const second = gate.run(0, send, cancellation.signal);
    cancellation.abort(new Error("given up"));
    await expect(second).rejects.toThrow("given up");
    await clock.runToEnd(first);
    expect(send).not.toHaveBeenCalled();
  });
});
