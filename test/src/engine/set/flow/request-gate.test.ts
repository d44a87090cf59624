import { RequestGate } from "../../../../../src/engine/set/flow/request-gate";
import { FakeClock } from "../../../../support/machine/fake-clock";
import { type Client, simulate } from "./simulated-service";

const rules = (isThrottled: (milliseconds: number, inThisSecond: number) => boolean) => ({
  latencyMilliseconds: 40,
  retryAfterMilliseconds: 1_000,
  isThrottled,
});
const refusedShare = ({ accepted, refused }: Client) => refused / (accepted + refused);
const total = (clients: readonly Client[]) => clients.reduce((sum, { accepted }) => sum + accepted, 0);

/** The same pseudo-random numbers in each run. */
function chance(probability: number): () => boolean {
  let seed = 1;
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648 < probability;
  };
}

const ONE = { accepted: 0, refused: 1 };

/** Accepts this many requests per second, by its own seconds. */
const hard = (limit: number, phaseMilliseconds = 0) => ({ ...rules((_, inThisSecond) => inThisSecond >= limit), phaseMilliseconds });

/** Accepts this many requests per second, and saves up unused ones. */
function bucket(limit: number, burst: number) {
  let tokens = burst;
  let at = 0;
  return rules((now) => {
    tokens = Math.min(burst, tokens + ((now - at) * limit) / 1_000);
    at = now;
    if (tokens < 1) return true;
    tokens--;
    return false;
  });
}

describe("on a machine that is busy at first", () => {
  const seconds = 4;
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

it("has as many requests in flight as are allowed within eight answers", async () => {
  const ofFirst = async (milliseconds: number) =>
    total(
      await simulate(
        rules(() => false),
        milliseconds / 1_000,
      ),
    );
  expect((await ofFirst(400)) - (await ofFirst(360))).toBe(256);
});

it("does not take a few throttled answers at a low rate for noise that hides the limit", async () => {
  const limit = 60;
  const [client = ONE] = await simulate(hard(limit), 100, { countsFrom: 70 });
  expect(client.accepted / (30 * limit)).toBeGreaterThan(0.9);
  expect(refusedShare(client)).toBeLessThan(0.05);
});

describe("from its first request on, for twenty seconds,", () => {
  it.each([
    ["a hard limit of 100 a second", () => ({ ...hard(100, 250), retryAfterMilliseconds: 0 }), 100],
    ["the same that asks to wait", () => hard(100, 250), 100],
    ["the same by seconds of another beginning", () => ({ ...hard(100, 600), retryAfterMilliseconds: 0 }), 100],
    ["a hard limit of 500 a second", () => ({ ...hard(500, 600), retryAfterMilliseconds: 0 }), 500],
    ["a limit of 500 a second that saves up 50 requests", () => ({ ...bucket(500, 50), retryAfterMilliseconds: 0 }), 500],
  ])("uses nine tenths of %s, and is refused one in twenty at most", async (_limit, service, limit) => {
    const [client = ONE] = await simulate(service(), 20);
    expect(client.accepted / (20 * limit)).toBeGreaterThan(0.9);
    expect(refusedShare(client)).toBeLessThan(0.05);
  });
});

it.each([
  [250, 25],
  [250, 250],
  [100, 20],
])("uses nine tenths of a limit of %d a second that saves up %d requests", async (limit, burst) => {
  const [client = ONE] = await simulate(bucket(limit, burst), 16, { countsFrom: 8 });
  expect(client.accepted / (8 * limit)).toBeGreaterThan(0.9);
  expect(refusedShare(client)).toBeLessThan(0.05);
});

it.each([
  [50, 12],
  [5_000, 8],
])("uses nine tenths of a hard limit of %d a second, and is seldom refused", async (limit, seconds) => {
  const [client = ONE] = await simulate(hard(limit), seconds, { countsFrom: 5 });
  expect(client.accepted / ((seconds - 5) * limit)).toBeGreaterThan(0.9);
  expect(refusedShare(client)).toBeLessThan(0.05);
});

it.each([
  [300, 30],
  [30, 300],
])("finds its rate again when the limit moves from %d to %d", async (before, after) => {
  const [client = ONE] = await simulate(
    rules((now, inThisSecond) => inThisSecond >= (now < 5_000 ? before : after)),
    40,
    { countsFrom: 25 },
  );
  expect(client.accepted / (15 * after)).toBeGreaterThan(0.9);
  expect(refusedShare(client)).toBeLessThan(0.05);
});

it("is back soon after an outage of two minutes", async () => {
  const limit = 250;
  const [client = ONE] = await simulate(
    rules((now, inThisSecond) => (now > 5_000 && now < 125_000) || inThisSecond >= limit),
    170,
    { countsFrom: 150 },
  );
  expect(client.accepted / (20 * limit)).toBeGreaterThan(0.85);
});

it("leaves another set that begins later its part", async () => {
  const limit = 200;
  const clients = await simulate(hard(limit), 60, { startsAt: [0, 5], countsFrom: 30 });
  expect(total(clients) / (30 * limit)).toBeGreaterThan(0.9);
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
    // At the beginning, a second's worth may be saved up.
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
