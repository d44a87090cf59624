import { ConnectionBudget, isExhausted } from "../../../../src/azure/http/connection-budget";

const settled = () => new Promise(setImmediate);

test.each([
  ...["EMFILE", "ENFILE", "ENOBUFS", "EADDRNOTAVAIL"].map((code) => [code, true] as const),
  ...["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EACCES", "ETIMEDOUT"].map((code) => [code, false] as const),
])("%s is a shortage of this machine, which passes: %s", (code, expected) => {
  expect(isExhausted(code)).toBe(expected);
});

test("requests beyond the limit wait their turn, urgent ones first", async () => {
  const budget = new ConnectionBudget(2);
  expect([budget.take(), budget.take()]).toEqual([undefined, undefined]);
  const started: string[] = [];
  void budget.take()?.then(() => started.push("usual"));
  void budget.take(true)?.then(() => started.push("urgent"));
  await settled();
  expect(started).toEqual([]);
  budget.giveBack();
  await settled();
  expect(started).toEqual(["urgent"]);
  budget.giveBack();
  await settled();
  expect(started).toEqual(["urgent", "usual"]);
});

/** Takes a place and is refused. Returns whether another try makes sense. */
async function isRefused(budget: ConnectionBudget, lone = { count: 0 }): Promise<boolean> {
  void budget.take();
  budget.giveBack();
  return budget.refused(lone);
}

test("a refusal by the system leaves fewer in flight", async () => {
  const budget = new ConnectionBudget(Number.POSITIVE_INFINITY);
  for (let count = 0; count < 8; count++) void budget.take();
  expect(await isRefused(budget)).toBe(true);
  for (let count = 0; count < 3; count++) budget.giveBack();
  expect(budget.take()).toBeUndefined();
  expect(budget.take()).toBeInstanceOf(Promise);
});

test("a request that is refused although nothing else is in flight is given up after some tries", async () => {
  const budget = new ConnectionBudget(8);
  const lone = { count: 0 };
  let tries = 1;
  while (await isRefused(budget, lone)) tries++;
  expect(tries).toBeGreaterThan(2);
});

test("idle connections are closed before a request is given up", async () => {
  const budget = new ConnectionBudget(8);
  let idle = 3;
  budget.onShortage(() => {
    const closed = idle;
    idle = 0;
    return closed;
  });
  const lone = { count: 1 };
  expect(await isRefused(budget, lone)).toBe(true);
  expect([idle, lone.count]).toEqual([0, 0]);
});

test("a request that is given up waits no longer, and takes no turn from others", async () => {
  const budget = new ConnectionBudget(1);
  void budget.take();
  const given = new AbortController();
  const waiting = budget.take(false, given.signal);
  const next = budget.take();
  given.abort(new Error("given up"));
  await expect(waiting).rejects.toThrow("given up");
  budget.giveBack();
  await expect(next).resolves.toBeUndefined();
});
