import type { Receipt } from "../../intent";
import type { WantedResult } from "./declared";
import type { ResourceEvent } from "./event";
import type { CopyAttributes, SetSummary } from "./record";

/** Answer of `isComplete` to the provider framework. */
export interface Answer {
  readonly IsComplete: boolean;
  readonly Data?: CopyAttributes;
}

export const NOT_YET: Answer = { IsComplete: false };

/** CloudFormation's limit for an answer. */
const MAX_BYTES = 4_096;
/** The rest of an answer, however long the ids of stack, resource and request are. */
const MAX_DATA_BYTES = 3_072;

/**
 * An answer as the provider framework writes it, with the attributes of a copy. If the URL of a
 * long name does not fit, the answer omits it.
 */
export function answerToCopy(event: ResourceEvent, data: CopyAttributes): Answer {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId } = event;
  const whole = { Status: "SUCCESS", Reason: "SUCCESS", StackId, RequestId, PhysicalResourceId, LogicalResourceId, Data: data };
  if (Buffer.byteLength(JSON.stringify(whole)) <= MAX_BYTES) return { IsComplete: true, Data: data };
  return { IsComplete: true, Data: Object.fromEntries(Object.entries(data).filter(([name]) => name !== "destinationUrl")) };
}

const TEXTS = [
  "destinationUrl",
  "etag",
  "versionId",
  "copyId",
  "copyStatus",
  "lastModified",
  "contentMd5",
  "method",
  "completedOn",
  "destinationSnapshot",
] as const satisfies readonly (keyof Receipt)[];

const COUNTS = ["total", "copied", "skipped", "pruned", "bytesCopied"] as const satisfies readonly (keyof SetSummary)[];

/**
 * The attributes of a copy, by the names that `Fn::GetAtt` uses; empty where a receipt of an
 * earlier version has no value.
 */
export function attributesOf(receipt: Partial<Receipt>): CopyAttributes {
  return { ...Object.fromEntries(TEXTS.map((name) => [name, receipt[name] ?? ""])), bytesCopied: receipt.bytesCopied ?? 0 };
}

/**
 * The attributes of a set, with the wanted ones of its blobs. Counts that a summary of an earlier
 * version does not have are 0.
 */
export function attributesOfSet(summary: Partial<SetSummary>, wanted: readonly WantedResult[]): CopyAttributes {
  const { results = {}, completedOn = "" } = summary;
  const ofBlobs = wanted.map(({ as, key, attribute }) => [as, results[key]?.[attribute] ?? ""] as const);
  const counts = COUNTS.map((name) => [name, summary[name] ?? 0] as const);
  return { ...Object.fromEntries([...counts, ...ofBlobs]), completedOn };
}

export function fitsIntoAnswer(summary: SetSummary, wanted: readonly WantedResult[]): boolean {
  return Buffer.byteLength(JSON.stringify(attributesOfSet(summary, wanted))) <= MAX_DATA_BYTES;
}
