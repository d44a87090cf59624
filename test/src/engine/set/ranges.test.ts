import { createHash } from "node:crypto";
import fc from "fast-check";
import { systemClock } from "../../../../src/engine/ports/clock";
import type { JoinedBlob } from "../../../../src/engine/set/list/merge-join";
import { rangedJoin } from "../../../../src/engine/set/list/ranged-join";
import { FakeClock } from "../../../support/machine/fake-clock";
import { MemoryContainer, nameOrders, type MemoryContainerOptions } from "../../../support/memory-store/container";

type SideOptions = Omit<MemoryContainerOptions, "side">;

const unthrottled = { onThrottled: () => () => undefined };

function containers(
  source: readonly string[],
  destination: readonly string[],
  options: { source?: SideOptions; destination?: SideOptions },
) {
  return {
    source: new MemoryContainer(source, { side: "source", ...options.source }),
    destination: new MemoryContainer(destination, { side: "destination", ...options.destination }),
  };
}

async function joined(
  { source, destination }: ReturnType<typeof containers>,
  { clock = systemClock, sourcePrefix = "", destinationPrefix = "", onThrottled = unthrottled.onThrottled } = {},
): Promise<JoinedBlob[]> {
  const pages = rangedJoin({
    source: { container: source, prefix: sourcePrefix, details: undefined },
    destination: { container: destination, prefix: destinationPrefix, details: undefined },
    containers: { onThrottled },
    clock,
    signal: new AbortController().signal,
  });
  const all: JoinedBlob[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

const pairs = (blobs: readonly JoinedBlob[]) =>
  blobs.map(({ relativeName, destination }) => `${relativeName} ${destination === undefined ? "-" : destination.name}`).sort();

// Difficult names for cuts: long common beginnings, separators, and characters that services order
// differently.
const part = fc.oneof(
  fc.constantFrom("a", "b", "0", "9", "-", "/", ".", "_", "z", "folder/", "2026-01-", "~", "ä", "語", "\uffee", "😀", "\u{10ffff}"),
  fc.stringMatching(/^[0-9]{3}$/),
);
const names = fc.uniqueArray(
  fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("")),
  { maxLength: 120, size: "max" },
);
const sideOptions = fc.record<SideOptions>({
  order: fc.constantFrom(...Object.values(nameOrders)),
  startFrom: fc.constantFrom("honoured", "honoured", "ignored", "refused"),
  pageSize: fc.integer({ min: 1, max: 9 }),
});

it("gives the same as one sequential listing, each blob once, whatever the names and the services", async () => {
  let cuts = 0;
  await fc.assert(
    fc.asyncProperty(
      names,
      names,
      fc.integer({ min: 0, max: 120 }),
      sideOptions,
      sideOptions,
      async (own, others, common, source, destination) => {
        const there = [...new Set([...own.slice(0, common), ...others])].map((name) => `to/${name}`);
        const clock = new FakeClock();
        const latency = { clock, milliseconds: 10 };
        const all = containers(own, there, { source: { ...source, latency }, destination: { ...destination, latency } });
        const blobs = await clock.runToEnd(joined(all, { clock, destinationPrefix: "to/" }));
        expect(blobs.map(({ relativeName }) => relativeName).sort()).toEqual([...own].sort());
        // If the services' orders differ, a destination can look absent, in ranges as well as in
        // one sequence.
        if (source.order === destination.order && source.order !== nameOrders.hierarchical) {
          const byName = new Map(there.map((name) => [name.slice("to/".length), name]));
          expect(pairs(blobs)).toEqual(own.map((name) => `${name} ${byName.get(name) ?? "-"}`).sort());
        }
        const { pageSize = 1 } = source;
        const pages = Math.ceil(own.length / pageSize) + Math.ceil(there.length / (destination.pageSize ?? 1));
        expect(all.source.requests.length + all.destination.requests.length).toBeLessThanOrEqual(2 + 12 * pages);
        cuts += all.source.requests.filter(({ startFrom, pageSize }) => startFrom !== undefined && pageSize !== 1).length;
      },
    ),
    { numRuns: 100 },
  );
  // Proves that the names above lead to cuts.
  expect(cuts).toBeGreaterThan(100);
});

const COUNT = 40_000;
const PAGE = 1_000;
const numbers = (count: number, name: (index: number) => string) => Array.from({ length: count }, (_, index) => name(index));
const hash = (index: number) => createHash("md5").update(String(index)).digest("hex");
const distributions: Record<string, readonly string[]> = {
  "numbered from 1 on": numbers(COUNT, (index) => String(index + 1).padStart(9, "0")),
  hashes: numbers(COUNT, hash),
  "a long common beginning": numbers(
    COUNT,
    (index) => `archive/of/everything/there-is/year=2026/part-${String(index).padStart(8, "0")}.parquet`,
  ),
  "90 % in one folder": [
    ...numbers(COUNT * 0.9, (index) => `many/of/them/${hash(index)}.json`),
    ...numbers(COUNT * 0.1, (index) => `${String.fromCharCode(97 + (index % 26))}/${index}`),
  ],
  "folders of days": numbers(
    COUNT,
    (index) => `logs/2026/${String(1 + (index % 12)).padStart(2, "0")}/${String(1 + (index % 28)).padStart(2, "0")}/${hash(index)}`,
  ),
};

describe.each(Object.entries(distributions))("names: %s", (_, names) => {
  const run = async (rule: "honoured" | "ignored" | "refused") => {
    const clock = new FakeClock();
    const latency = { clock, milliseconds: 50 };
    const options = { latency, startFrom: rule, pageSize: PAGE };
    const all = containers(names, names, { source: options, destination: options });
    const startedAt = clock.now();
    const blobs = await clock.runToEnd(joined(all, { clock }));
    expect(blobs).toHaveLength(names.length);
    expect(blobs.every(({ destination }) => destination !== undefined)).toBe(true);
    const requests = all.source.requests.length + all.destination.requests.length;
    return { milliseconds: clock.now() - startedAt, requests };
  };

  it("lists several ranges at the same time, in a fraction of the time", async () => {
    const sequential = await run("ignored");
    const ranged = await run("honoured");
    expect(ranged.milliseconds).toBeLessThan(sequential.milliseconds / 2);
    expect(ranged.requests).toBeLessThan(4 * sequential.requests);
  });

  it("goes on in one sequence after two requests in vain, where the service ignores the start or refuses it", async () => {
    const pages = 2 * Math.ceil(names.length / PAGE);
    expect((await run("ignored")).requests).toBe(pages + 2);
    expect((await run("refused")).requests).toBe(pages + 2);
  });
});
