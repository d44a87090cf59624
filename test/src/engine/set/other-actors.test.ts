import fc from "fast-check";
import { OverwritePolicy } from "../../../../src/intent";
import type { Fault } from "../../../support/fake-blob-service/script";
import { MemoryJournal } from "../../../support/memory-store/journal";
import { MemorySetLog } from "../../../support/memory-store/set-log";
import { cancelled, SetWorld } from "./set-world";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 25);
jest.setTimeout(60_000 + RUNS * 4_000);

/** An action of another client during the run, or before it. */
type Act =
  | { readonly kind: "write" | "delete" | "snapshot" | "change the source" | "delete the source" | "leave a block"; readonly name: string }
  | { readonly kind: "run the other deployment" };

interface Disturbance {
  readonly kind: "plain" | "prune" | "atomic" | "atomic and prune";
  readonly overwrite: OverwritePolicy;
  /** Names at the source, and whether an earlier run has copied them. */
  readonly names: readonly string[];
  readonly copiedBefore: boolean;
  readonly foreign: readonly string[];
  readonly acts: readonly { readonly at: number; readonly act: Act }[];
  readonly faults: readonly (Fault | undefined)[];
  /** Number of the run's request before which it is cancelled. */
  readonly cancelAt: number | undefined;
  readonly maxConcurrency: number;
}

const names = ["a", "b", "c", "d/e", "f"];
const anyName = fc.constantFrom(...names, "g", "theirs");
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constantFrom<"write" | "delete" | "snapshot" | "change the source" | "delete the source" | "leave a block">(
      "write",
      "write",
      "delete",
      "snapshot",
      "change the source",
      "delete the source",
      "leave a block",
    ),
    name: anyName,
  }),
  fc.constant<Act>({ kind: "run the other deployment" }),
);
const disturbances = fc.record<Disturbance>({
  kind: fc.constantFrom("plain", "prune", "atomic", "atomic and prune"),
  overwrite: fc.constantFrom(OverwritePolicy.IF_DIFFERENT, OverwritePolicy.ALWAYS, OverwritePolicy.NEVER),
  names: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
  copiedBefore: fc.boolean(),
  foreign: fc.uniqueArray(anyName, { maxLength: 3 }),
  acts: fc.array(fc.record({ at: fc.integer({ min: 0, max: 25 }), act }), { maxLength: 4 }),
  faults: fc.array(
    fc.constantFrom<Fault | undefined>(
      ...Array<undefined>(8).fill(undefined),
      { kind: "answer", status: 503, code: "ServerBusy" },
      { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" },
      { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" },
      { kind: "reset after effect" },
      { kind: "reset before" },
    ),
    { maxLength: 30 },
  ),
  cancelAt: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  maxConcurrency: fc.constantFrom(1, 4, 256),
});

/** Actions of other clients, and the content that may exist because of them. */
class Others {
  #acts = 0;
  /** The last action of another client on a name of the destination; undefined content: deleted. */
  readonly last = new Map<string, string | undefined>();
  readonly snapshots: { readonly name: string; readonly snapshot: string; readonly content: string }[] = [];
  readonly blocks: string[] = [];
  /** All contents that the source ever had under a name. */
  readonly sources = new Map<string, Set<string>>();
  /** Names whose content from other clients was replaced by the source's content. */
  readonly replaced = new Set<string>();
  otherRun: Promise<unknown> = Promise.resolve();

  constructor(private readonly world: SetWorld) {}

  putSource(name: string, content: string): void {
    this.world.put({ [name]: content });
    this.sources.set(name, (this.sources.get(name) ?? new Set()).add(content));
  }

  /** With its own journal and log, as in another folder. */
  #onAnotherMachine<Ended>(start: () => Ended): Ended {
    const { log, journal } = this.world;
    this.world.log = new MemorySetLog();
    this.world.journal = new MemoryJournal();
    const ended = start();
    this.world.log = log;
    this.world.journal = journal;
    return ended;
  }

  do(act: Act): void {
    const { destination, source } = this.world;
    if (act.kind === "run the other deployment") {
      const set = { ...this.world.prefixes({ destination: this.world.prefix("destination", "other/") }), allowEmpty: true, prune: true };
      this.otherRun = this.otherRun.then(() => this.#onAnotherMachine(() => this.world.run(set, { deployment: "other" })));
      return;
    }
    const { kind, name } = act;
    switch (kind) {
      case "write": {
        const content = `theirs ${++this.#acts}`;
        destination.putBlob("dst", name, { content, tags: { of: "them" } });
        this.last.set(name, content);
        return;
      }
      case "delete":
        if (destination.getBlob("dst", name) === undefined) return;
        destination.deleteBlob("dst", name);
        this.last.set(name, undefined);
        return;
      case "snapshot": {
        const now = destination.getBlob("dst", name);
        if (now === undefined) return;
        this.snapshots.push({ name, snapshot: destination.snapshot("dst", name), content: now.content.read().toString() });
        return;
      }
      case "change the source":
        if (source.getBlob("src", name) !== undefined) this.putSource(name, `changed ${++this.#acts}`);
        return;
      case "delete the source":
        if (source.getBlob("src", name) !== undefined) source.deleteBlob("src", name);
        return;
      case "leave a block":
        if (destination.getBlob("dst", name) !== undefined) return;
        destination.putUncommittedBlock("dst", name, Buffer.from(`block ${this.blocks.length}`).toString("base64"), "theirs");
        this.blocks.push(name);
    }
  }
}

/**
 * The last action of another client on a name still holds, unless the set has copied the source's
 * content there.
 */
function check(world: SetWorld, others: Others, { kind, overwrite, names: declared }: Disturbance): void {
  const contents = world.contents();
  for (const [name, content] of others.last) {
    const now = contents[name];
    if (now === content) continue;
    const mayBeCopied = declared.includes(name) && (overwrite !== OverwritePolicy.NEVER || content === undefined);
    const isCopy = now !== undefined && others.sources.get(name)?.has(now) === true;
    if (isCopy) others.replaced.add(name);
    // A blob that the set has replaced belongs to the set, so it is pruned when its source is gone.
    const isPruned = now === undefined && kind.endsWith("prune") && others.replaced.has(name);
    expect({ name, theirs: content, now, isAsTheyLeftIt: mayBeCopied && (isCopy || isPruned) }).toMatchObject({ isAsTheyLeftIt: true });
  }
  for (const { name, snapshot, content } of others.snapshots) {
    if (others.last.get(name) === undefined && others.last.has(name)) continue;
    const found = world.destination.snapshots("dst", name).find(([id]) => id === snapshot);
    expect({ name, snapshot: found?.[1].content.read().toString() }).toEqual({ name, snapshot: content });
  }
}

it("leaves everything of others as they left it, at whatever moment they act", async () => {
  await fc.assert(
    fc.asyncProperty(disturbances, async (disturbance) => {
      const { kind, overwrite, copiedBefore, foreign, faults, cancelAt, maxConcurrency } = disturbance;
      const world = await SetWorld.start();
      try {
        const others = new Others(world);
        const set = {
          ...world.prefixes({ options: { overwrite } }),
          allowEmpty: true,
          atomic: kind.startsWith("atomic"),
          prune: kind.endsWith("prune"),
          maxConcurrency,
        };
        const options = { deployment: "ours" };
        for (const name of disturbance.names) others.putSource(name, `first ${name}`);
        if (copiedBefore) {
          await world.run(set, options);
          for (const name of disturbance.names.slice(1)) others.putSource(name, `second ${name}`);
        }
        for (const name of foreign) others.do({ kind: "write", name });
        const cancellation = new AbortController();
        const queue = [...faults];
        let requests = 0;
        world.service.script.random(() => {
          const number = requests++;
          if (number === cancelAt) cancellation.abort(cancelled);
          for (const { at, act: one } of disturbance.acts) if (at === number) others.do(one);
          return queue.shift();
        });
        await world.run(set, { ...options, cancel: cancellation.signal });
        world.service.script.random();
        await others.otherRun;
        check(world, others, disturbance);

        await world.run(set, options);
        check(world, others, disturbance);
        const left = world.destination.blobNames("dst").flatMap((name) => world.destination.snapshots("dst", name));
        expect(left.length).toBeLessThanOrEqual(others.snapshots.length);
        expect(world.journal.isEmpty).toBe(true);
      } finally {
        await world.stop();
      }
    }),
    {
      numRuns: RUNS,
      examples: [
        [
          {
            kind: "prune",
            overwrite: OverwritePolicy.IF_DIFFERENT,
            names: ["a", "c"],
            copiedBefore: false,
            foreign: ["a"],
            acts: [
              { at: 0, act: { kind: "run the other deployment" } },
              { at: 17, act: { kind: "delete the source", name: "a" } },
            ],
            faults: [],
            cancelAt: undefined,
            maxConcurrency: 1,
          },
        ],
      ],
    },
  );
});
