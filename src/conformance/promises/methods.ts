import { AccessTier, addsSnapshot, BlobType, CopyMethod } from "../../intent";
import { resultingType, switchesOver } from "../../engine/methods/run/traits";
import { type Check, expectAll, fail, type Finding } from "../lab/check";
import { declared, Deployment, failedAtItsEnd } from "../lab/deploy";
import type { Laboratory } from "../lab/laboratory";

interface Row {
  readonly method: CopyMethod;
  readonly type: BlobType;
}

const { BLOCK, PAGE, APPEND } = BlobType;

const { AUTO } = CopyMethod;
/** An incremental copy replaces nothing, so it has promises of its own. */
const METHODS = Object.values(CopyMethod).filter((method) => !addsSnapshot(method));

/** Each method with each blob type that it supports. */
const METHOD_ROWS: readonly Row[] = METHODS.flatMap((method) =>
  [BLOCK, PAGE, APPEND].filter((type) => method === AUTO || resultingType(method, type) === type).map((type) => ({ method, type })),
);

export const BLOCK_BLOB_METHODS = METHOD_ROWS.flatMap(({ method, type }) => (type === BLOCK && method !== AUTO ? [method] : []));

const NAMES: Readonly<Record<BlobType, string>> = { [BLOCK]: "a block blob", [PAGE]: "a page blob", [APPEND]: "an append blob" };
const NEW = { metadata: { Age: "new" }, headers: { contentType: "text/new", contentLanguage: "en" } };
const OLD = {
  metadata: { Age: "old", kept: "1" },
  tags: { age: "old" },
  headers: { contentType: "text/old", cacheControl: "no-cache" },
};

function id(what: string, { method, type }: Row): string {
  return `${what}-${method}-${type.replace("Blob", "").toLowerCase()}`;
}

/** All properties of a blob that a rollback must restore. */
async function stateOf(lab: Laboratory, name: string) {
  const destination = lab.destination.destination(name);
  const properties = await destination.getProperties();
  if (properties === undefined) return { snapshots: 0 };
  const { headers, metadata, contentMd5, tier, blobType, tagCount } = properties;
  return {
    ...{ headers, metadata, contentMd5, tier, blobType },
    tags: tagCount === 0 ? {} : await destination.getTags(),
    snapshots: (await destination.listSnapshots()).length,
    content: await lab.destination.contentOf(name),
  };
}

async function copies(lab: Laboratory, row: Row): Promise<Finding> {
  const from = await lab.source.put({ type: row.type, properties: NEW });
  const to = lab.destination.freshName();
  const { failure } = await new Deployment(lab, id("copies", row)).copy(declared(lab, from.name, to, { method: row.method }));
  if (failure !== undefined) return fail(failure.message);
  const source = await lab.source.properties(from.name);
  const { headers, metadata, blobType } = await lab.destination.properties(to);
  const content = await lab.destination.contentOf(to);
  const expected = { headers: source.headers, metadata: source.metadata, blobType: source.blobType, content: from.content };
  return expectAll({ headers, metadata, blobType, content }, expected);
}

/** When a deploy fails after the destination was switched over, the new blob stays, complete. */
function isAtomic({ method, type }: Row): boolean {
  return switchesOver(method) || (method === AUTO && type === BLOCK);
}

async function undoes(lab: Laboratory, row: Row, isOver: boolean): Promise<Finding> {
  const from = await lab.source.put({ type: row.type, properties: NEW });
  const to = lab.destination.freshName();
  const tier = row.type === BLOCK ? { tier: AccessTier.COOL } : {};
  if (isOver) await lab.destination.put({ type: row.type, content: "the old content", properties: { ...OLD, ...tier } }, to);
  const before = await stateOf(lab, to);
  const deployment = new Deployment(lab, id("undoes", row));
  const { failure } = await deployment.copy(declared(lab, from.name, to, { method: row.method }), { failsAtItsEnd: true });
  if (!failedAtItsEnd(failure)) return fail(failure?.message ?? "the deploy did not fail");
  if (isOver && isAtomic(row)) {
    const content = await lab.destination.contentOf(to);
    if (content === from.content) return expectAll({ snapshots: (await stateOf(lab, to)).snapshots }, { snapshots: 0 });
  }
  const rolledBack = deployment.events.find((event) => event.type === "rollback-finished");
  const finding = expectAll(await stateOf(lab, to), before);
  return finding.verdict === "pass"
    ? finding
    : fail(`${"text" in finding ? finding.text : ""}; the rollback: ${rolledBack?.detail ?? "none"}`);
}

/**
 * Each method copies each type. A copy that is made and then fails leaves the destination as it
 * was.
 */
export const methodPromises: readonly Check[] = METHOD_ROWS.flatMap((row): Check[] => {
  const named = `${row.method === AUTO ? "the method of its choice" : row.method}, of ${NAMES[row.type]}`;
  return [
    { id: id("copies", row), says: `copies by ${named}`, run: (lab) => copies(lab, row) },
    {
      id: id("puts-back", row),
      says: isAtomic(row)
        ? `leaves the old blob or the whole new one when a deploy fails after a copy by ${named}`
        : `puts the old blob back when a deploy fails after a copy by ${named}`,
      run: (lab) => undoes(lab, row, true),
    },
    {
      id: id("removes", row),
      says: `leaves nothing where nothing was, when a deploy fails after a copy by ${named}`,
      run: (lab) => undoes(lab, row, false),
    },
  ];
});
