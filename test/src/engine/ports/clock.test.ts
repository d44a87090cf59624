import { systemClock } from "../../../../src/engine/ports/clock";

const YEAR = 365 * 24 * 3_600_000;

test("a sleep longer than a timer can be does not end at once", async () => {
  const waking = new AbortController();
  let woke = false;
  const sleep = systemClock.sleep(YEAR, waking.signal).then(
    () => {
      woke = true;
    },
    () => undefined,
  );
  await systemClock.sleep(20);
  waking.abort(new Error("enough"));
  await sleep;
  expect(woke).toBe(false);
});

test("an aborted sleep rejects with the signal's reason", async () => {
  const reason = new Error("enough");
  await expect(systemClock.sleep(1_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  const later = new AbortController();
  const sleep = systemClock.sleep(60_000, later.signal);
  later.abort(reason);
  await expect(sleep).rejects.toBe(reason);
});
