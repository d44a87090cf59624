import { type CopyDeclaration, CopyMethod, LocationKind } from "../../intent";
import { type Check, expectAll, fail, type Finding } from "../lab/check";
import { declared, Deployment, failedAtItsEnd } from "../lab/deploy";
import type { Laboratory } from "../lab/laboratory";
import { snapshotOf, type SourceSnapshot } from "../lab/snapshot";

function declaration(lab: Laboratory, { name, snapshot }: SourceSnapshot, to: string): CopyDeclaration {
  const source = { kind: LocationKind.BLOB, ...lab.source.container.reference, blobName: name, snapshot } as const;
  return { ...declared(lab, name, to, { method: CopyMethod.INCREMENTAL_COPY_BLOB }), source };
}

/** Contents of the chain's snapshots, sorted. */
async function contentsOf(lab: Laboratory, to: string): Promise<readonly string[]> {
  const contents: string[] = [];
  for (const { snapshot } of await lab.destination.destination(to).listSnapshots()) {
    const { body } = await lab.destination.ask(to, { operation: "Get Blob", method: "GET", query: [["snapshot", snapshot]] });
    contents.push(body);
  }
  return contents.sort();
}

async function undoes(lab: Laboratory, isOver: boolean): Promise<Finding> {
  const to = lab.destination.freshName("chain");
  const deployment = new Deployment(lab, "Stack/incremental-copy");
  const older = await snapshotOf(lab);
  if (isOver) await deployment.copy(declaration(lab, older, to));
  const newer = isOver ? await snapshotOf(lab, older.name) : older;
  const { failure } = await deployment.copy(declaration(lab, newer, to), { failsAtItsEnd: true });
  if (!failedAtItsEnd(failure)) return fail(failure?.message ?? "the deploy did not fail");
  const now = await lab.destination.destination(to).getProperties();
  const expected = isOver ? { isThere: true, contents: [older.content] } : { isThere: false, contents: [] };
  return expectAll({ isThere: now !== undefined, contents: await contentsOf(lab, to) }, expected);
}

/**
 * Incremental copies make a chain of snapshots. A copy that is made and then fails leaves the chain
 * as it was.
 */
export const incrementalCopyPromises: readonly Check[] = [
  {
    id: "copies-incremental-copy-blob-page",
    says: "adds each snapshot of a page blob to a chain once by incremental-copy-blob, and reports the snapshot of the chain",
    async run(lab) {
      const to = lab.destination.freshName("chain");
      const deployment = new Deployment(lab, "Stack/incremental-copy");
      const older = await snapshotOf(lab);
      const first = await deployment.copy(declaration(lab, older, to));
      const again = await deployment.copy(declaration(lab, older, to));
      const newer = await snapshotOf(lab, older.name);
      const second = await deployment.copy(declaration(lab, newer, to));
      const failure = first.failure ?? again.failure ?? second.failure;
      if (failure !== undefined) return fail(failure.message);
      const named = [first, again, second].map(({ result }) => result?.destinationSnapshot);
      const [one, other] = (await lab.destination.destination(to).listSnapshots()).map(({ snapshot }) => snapshot).sort();
      const seen = { named, contents: await contentsOf(lab, to) };
      return expectAll(seen, { named: [one, one, other], contents: [older.content, newer.content].sort() });
    },
  },
  {
    id: "puts-back-incremental-copy-blob-page",
    says: "leaves the snapshots that a chain held when a deploy fails after a copy by incremental-copy-blob",
    run: (lab) => undoes(lab, true),
  },
  {
    id: "removes-incremental-copy-blob-page",
    says: "leaves nothing where nothing was, when a deploy fails after a copy by incremental-copy-blob",
    run: (lab) => undoes(lab, false),
  },
];
