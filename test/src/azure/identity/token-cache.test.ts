import { type AccessToken, TokenCache } from "../../../../src/azure/identity/token-cache";
import type { Clock } from "../../../../src/engine/ports/clock";

const MINUTE = 60_000;

function setUp(): {
  cache: TokenCache;
  clock: Clock & { time: number };
  fetched: () => number;
  failWith: (error: Error | undefined) => void;
} {
  const clock = { time: 0, now: () => clock.time, sleep: () => Promise.resolve() };
  let count = 0;
  let failure: Error | undefined;
  const fetchToken = async (): Promise<AccessToken> => {
    count++;
    if (failure !== undefined) throw failure;
    return { token: `token ${count}`, expiresOnTimestamp: clock.time + 60 * MINUTE };
  };
  return { cache: new TokenCache(fetchToken, clock), clock, fetched: () => count, failWith: (error) => (failure = error) };
}

test("one token serves all requests until it nears its end", async () => {
  const { cache, clock, fetched } = setUp();
  expect(await Promise.all([cache.get(), cache.get()])).toEqual(["token 1", "token 1"]);
  clock.time = 49 * MINUTE;
  expect(cache.get()).toBe("token 1");
  expect(fetched()).toBe(1);
});

test("a token is renewed while the old one still serves", async () => {
  const { cache, clock } = setUp();
  await cache.get();
  clock.time = 51 * MINUTE;
  expect(cache.get()).toBe("token 1");
  await new Promise(setImmediate);
  expect(cache.get()).toBe("token 2");
});

test("a token in hand is used when no new one can be had, until it expires", async () => {
  const { cache, clock, failWith } = setUp();
  await cache.get();
  failWith(new Error("signed out"));
  clock.time = 59 * MINUTE;
  expect(cache.inHand()).toBe("token 1");
  expect(await cache.get()).toBe("token 1");
  // A failed renewal does not delay callers.
  expect(cache.get()).toBe("token 1");
  clock.time = 60 * MINUTE;
  expect(cache.inHand()).toBeUndefined();
  await expect(cache.get()).rejects.toThrow("signed out");
});

describe("a token that a fetch cannot better", () => {
  test.each([
    ["is the same again, as from a cache of the Azure CLI", 6 * MINUTE],
    ["lives for a few minutes only", 3 * MINUTE],
    ["lives for a minute only", 1 * MINUTE],
  ])("is fetched a few times at most, when it %s", async (_what, lifetime) => {
    const clock = { time: 0, now: () => clock.time, sleep: () => Promise.resolve() };
    let fetches = 0;
    const expiresOnTimestamp = lifetime;
    const cache = new TokenCache(async () => {
      fetches++;
      return { token: "the same", expiresOnTimestamp };
    }, clock);
    for (let request = 0; request < 400; request++) {
      expect(await cache.get()).toBe("the same");
      clock.time += (lifetime * 0.99) / 400;
      await new Promise(setImmediate);
    }
    expect(fetches).toBeLessThanOrEqual(1 + Math.ceil(lifetime / MINUTE));
  });

  test("is replaced as soon as there is a new one", async () => {
    const clock = { time: 0, now: () => clock.time, sleep: () => Promise.resolve() };
    const expiries = [10 * MINUTE, 10 * MINUTE, 70 * MINUTE];
    const tokens = ["old", "old", "new"];
    const cache = new TokenCache(async () => ({ token: tokens.shift() ?? "", expiresOnTimestamp: expiries.shift() ?? 0 }), clock);
    await cache.get();
    for (const minutes of [6, 7.5]) {
      clock.time = minutes * MINUTE;
      void cache.get();
      await new Promise(setImmediate);
    }
    expect(await cache.get()).toBe("new");
  });
});

test("short-lived tokens are fetched as often as they must be", async () => {
  const clock = { time: 0, now: () => clock.time, sleep: () => Promise.resolve() };
  let fetches = 0;
  const cache = new TokenCache(async () => ({ token: `token ${++fetches}`, expiresOnTimestamp: clock.time + 8 * MINUTE }), clock);
  for (let request = 0; request < 400; request++) {
    await cache.get();
    await new Promise(setImmediate);
    clock.time += (30 * MINUTE) / 400;
  }
  expect(fetches).toBeGreaterThanOrEqual(4);
  expect(fetches).toBeLessThanOrEqual(10);
});

test("a refused token is fetched anew, past whatever has kept it", async () => {
  const asked: boolean[] = [];
  const clock = { time: 0, now: () => clock.time, sleep: () => Promise.resolve() };
  const cache = new TokenCache(async (isFresh) => {
    asked.push(isFresh);
    return { token: `token ${asked.length}`, expiresOnTimestamp: 60 * MINUTE };
  }, clock);
  await cache.get();
  expect(cache.replaceRefused("token 1")).toBe(true);
  expect(await cache.get()).toBe("token 2");
  expect(cache.replaceRefused("token 1")).toBe(true);
  expect(await cache.get()).toBe("token 2");
  expect(asked).toEqual([false, true]);
});
