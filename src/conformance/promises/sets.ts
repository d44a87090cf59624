import { type CopySet, DEFAULT_CONCURRENCY, defaultMaxFailures, OverwritePolicy, CopyMethod, SourceGuard } from "../../intent";
import { type Check, expectAll, fail } from "../lab/check";
import type { Bench } from "../lab/bench";
import { Deployment, failedAtItsEnd } from "../lab/deploy";
import type { Laboratory } from "../lab/laboratory";

const NAMES = ["one", "two", "below/three"];

interface SetUnderTest {
  readonly set: CopySet;
  readonly prefix: string;
  readonly contents: Readonly<Record<string, string>>;
}

/** A set of three blobs, from a new prefix to the same prefix on the other side. */
async function setOf(lab: Laboratory, change: Partial<CopySet> = {}): Promise<SetUnderTest> {
  const prefix = `${lab.source.freshName("set")}/`;
  const contents: Record<string, string> = {};
  for (const name of NAMES) contents[name] = (await lab.source.put({}, prefix + name)).content;
  const sideOf = (bench: Bench) => ({ ...bench.container.reference, prefix });
  const options = { overwrite: OverwritePolicy.IF_DIFFERENT, method: CopyMethod.AUTO, sourceGuard: SourceGuard.ETAG };
  const [source, destination] = [sideOf(lab.source), sideOf(lab.destination)];
  const set: CopySet = {
    prefixes: { source, destination, include: [], exclude: [], rename: {}, options },
    atomic: false,
    prune: false,
    maxConcurrency: DEFAULT_CONCURRENCY,
    maxFailures: defaultMaxFailures(change.atomic === true),
    resultKeys: [],
    ...change,
  };
  return { set, prefix, contents };
}

async function contentsOf(lab: Laboratory, prefix: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for await (const page of lab.destination.container.list({ prefix }))
    for (const { name } of page) contents[name.slice(prefix.length)] = await lab.destination.contentOf(name);
  return contents;
}

export const setPromises: readonly Check[] = [
  {
    id: "set-copies",
    says: "a set copies everything below a prefix, and copies nothing again in a second run",
    async run(lab) {
      const { set, prefix, contents } = await setOf(lab);
      const deployment = new Deployment(lab, prefix);
      const first = await deployment.set(set);
      const second = await deployment.set(set);
      return expectAll(
        {
          contents: await contentsOf(lab, prefix),
          first: first.result?.copied,
          second: second.result?.copied,
          skipped: second.result?.skipped,
        },
        { contents, first: 3, second: 0, skipped: 3 },
      );
    },
  },
  {
    id: "set-prunes",
    says: "a set with prune deletes blobs that it copied and whose sources are gone, and no blobs of others",
    async run(lab) {
      const { set, prefix, contents } = await setOf(lab, { prune: true });
      const deployment = new Deployment(lab, prefix);
      await deployment.set(set);
      await lab.destination.put({ content: "somebody's" }, `${prefix}others`);
      await lab.source.must(`${prefix}two`, { operation: "Delete Blob", method: "DELETE" });
      const { result, failure } = await deployment.set(set);
      const { two, ...kept } = contents;
      if (two === undefined) return fail("there was nothing to prune");
      return expectAll(
        { failure: failure?.message, pruned: result?.pruned, contents: await contentsOf(lab, prefix) },
        { failure: undefined, pruned: 1, contents: { ...kept, others: "somebody's" } },
      );
    },
  },
  {
    id: "atomic-set-commits",
    says: "an atomic set makes all of its blobs equal to their sources, and leaves no mark and no snapshot",
    async run(lab) {
      const { set, prefix, contents } = await setOf(lab, { atomic: true });
      await lab.destination.put({ content: "old one" }, `${prefix}one`);
      const { failure } = await new Deployment(lab, prefix).set(set);
      const snapshots = await lab.destination.destination(`${prefix}one`).listSnapshots();
      return expectAll(
        { failure: failure?.message, contents: await contentsOf(lab, prefix), snapshots: snapshots.length },
        { failure: undefined, contents, snapshots: 0 },
      );
    },
  },
  {
    id: "atomic-set-is-undone",
    says: "an atomic set that fails after its commit leaves everything as it was",
    async run(lab) {
      const { set, prefix } = await setOf(lab, { atomic: true });
      await lab.destination.put({ content: "old one", properties: { metadata: { age: "old" } } }, `${prefix}one`);
      const { failure } = await new Deployment(lab, prefix).set(set, { failsAtItsEnd: true });
      if (!failedAtItsEnd(failure)) return fail(failure?.message ?? "the deploy did not fail");
      const destination = lab.destination.destination(`${prefix}one`);
      const { metadata } = await lab.destination.properties(`${prefix}one`);
      const snapshots = await destination.listSnapshots();
      return expectAll(
        { contents: await contentsOf(lab, prefix), metadata, snapshots: snapshots.length },
        { contents: { one: "old one" }, metadata: { age: "old" }, snapshots: 0 },
      );
    },
  },
];
