import { changedMeanwhile, sourceChanged } from "../../failure/service-codes";
import type { ServiceError } from "../../failure/service-error";
import { BlobType, CopyMethod, type ConditionsReference } from "../../intent";
import { type Check, type Finding, fail, settled } from "../lab/check";
import { attempt, type Attempt } from "../lab/copying";
import type { Laboratory } from "../lab/laboratory";

const NOBODYS = '"0x8D0000000000000"';

interface Conditions {
  readonly sourceConditions?: ConditionsReference;
  readonly destinationConditions?: ConditionsReference;
}

type Method = CopyMethod.COPY_BLOB | CopyMethod.PUT_BLOB_FROM_URL | CopyMethod.COPY_BLOB_FROM_URL;
const METHODS: readonly Method[] = [CopyMethod.COPY_BLOB, CopyMethod.PUT_BLOB_FROM_URL, CopyMethod.COPY_BLOB_FROM_URL];

/** A copy to an existing destination, under conditions that do not hold. */
async function refused(lab: Laboratory, method: Method, conditions: Conditions): Promise<Attempt<unknown>> {
  const [from, to] = await Promise.all([lab.source.put(), lab.destination.put()]);
  const destination = lab.destination.destination(to.name);
  const request = { source: await lab.source.readable(from.name, method, destination.account), ...conditions };
  switch (method) {
    case CopyMethod.COPY_BLOB:
      return attempt(destination.copyBlob(request));
    case CopyMethod.COPY_BLOB_FROM_URL:
      return attempt(destination.copyBlobFromUrl(request));
    case CopyMethod.PUT_BLOB_FROM_URL:
      return attempt(destination.putBlobFromUrl(request));
  }
}

/**
 * The program must understand each refusal. The finding reports which refusals the service uses.
 */
function understood(attempts: readonly Attempt<unknown>[], isUnderstood: (error: ServiceError) => boolean): Finding {
  const wrong = attempts.find(({ error }) => error === undefined || !isUnderstood(error));
  if (wrong !== undefined) return fail(`it was answered ${wrong.refusal ?? "with success"}`);
  return settled([...new Set(attempts.map(({ refusal }) => refusal))].join(", "));
}

async function ofAllMethods(lab: Laboratory, conditions: Conditions, isUnderstood: (error: ServiceError) => boolean): Promise<Finding> {
  return understood(await Promise.all(METHODS.map((method) => refused(lab, method, conditions))), isUnderstood);
}

/**
 * A condition that does not hold keeps a request from having any effect, and the service reports it
 * as such.
 */
export const conditionAssumptions: readonly Check[] = [
  {
    id: "source-condition",
    says: "a copy is refused when the source is not in the expected state",
    run: (lab) => ofAllMethods(lab, { sourceConditions: { ifMatch: NOBODYS } }, sourceChanged),
  },
  {
    id: "encryption-scope-and-source",
    says: "a missing encryption scope is reported before or after a source that does not meet its condition, and nothing is written",
    async run(lab) {
      const from = await lab.source.put();
      const destination = lab.destination.destination(lab.destination.freshName());
      const { refusal, error } = await attempt(
        destination.putBlockFromUrl(Buffer.from("one").toString("base64"), {
          source: await lab.source.readable(from.name, CopyMethod.PUT_BLOCK_FROM_URL, destination.account),
          sourceRange: { offset: 0, count: 1 },
          sourceConditions: { ifMatch: NOBODYS },
          encryption: { encryptionScope: "no-such-scope" },
        }),
      );
      if (error === undefined) return fail("it was answered with success");
      return settled(sourceChanged(error) ? `the source first: ${refusal}` : refusal);
    },
  },
  {
    id: "destination-condition",
    says: "a copy is refused when the destination is not in the expected state",
    run: (lab) => ofAllMethods(lab, { destinationConditions: { ifMatch: NOBODYS } }, changedMeanwhile),
  },
  {
    id: "destination-must-be-absent",
    says: "a copy with If-None-Match: * is refused when the destination exists",
    run: (lab) => ofAllMethods(lab, { destinationConditions: { ifNoneMatch: "*" } }, changedMeanwhile),
  },
  {
    id: "writes-are-guarded",
    says: "headers, metadata, snapshots, block lists and deletions are refused when the blob is not in the expected state",
    async run(lab) {
      const { name } = await lab.destination.put();
      const blob = lab.destination.destination(name);
      const guarded = { ifMatch: NOBODYS, encryption: {} };
      const attempts: readonly Attempt<unknown>[] = [
        await attempt(blob.setContentHeaders({ contentType: "text/x" }, guarded)),
        await attempt(blob.setMetadata({ a: "1" }, guarded)),
        await attempt(blob.createSnapshot({}, guarded)),
        await attempt(blob.putBlockList([], { destinationConditions: guarded })),
        await attempt(blob.deleteBlob(guarded)),
      ];
      return understood(attempts, changedMeanwhile);
    },
  },
  {
    id: "creation-of-what-exists",
    says: "a page or append blob, and a block list, with If-None-Match: * do not replace an existing blob",
    async run(lab) {
      const destinationConditions = { ifNoneMatch: "*" };
      const [page, append, block] = await Promise.all(
        [BlobType.PAGE, BlobType.APPEND, BlobType.BLOCK].map((type) => lab.destination.put({ type, content: "" })),
      );
      const blobOf = (seeded: typeof page) => lab.destination.destination(seeded?.name ?? "");
      const attempts: readonly Attempt<unknown>[] = [
        await attempt(blobOf(page).createPageBlob(512, { destinationConditions })),
        await attempt(blobOf(append).createAppendBlob({ destinationConditions })),
        await attempt(blobOf(block).putBlockList([], { destinationConditions })),
      ];
      return understood(attempts, changedMeanwhile);
    },
  },
];
