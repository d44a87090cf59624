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
  // Nobody waits for the next failure.
  expect(cache.get()).toBe("token 1");
  clock.time = 60 * MINUTE;
  expect(cache.inHand()).toBeUndefined();
  await expect(cache.get()).rejects.toThrow("signed out");
});
