import type { BlobProperties } from "../../engine/ports/blob-properties";
import type { CopyRequest, StartedCopy } from "../../engine/ports/requests";
import type { DestinationBlob } from "../../engine/ports/blob-store";
import { ServiceError } from "../../failure/service-error";
import { CopyMethod } from "../../intent";
import { notApplicable, type Finding } from "./check";
import type { Bench, Seed, Seeded } from "./bench";
import type { Laboratory } from "./laboratory";

const PAUSES_MILLISECONDS = [0, 200, 1_000, 3_000, 8_000, 8_000];

/** Outcome of a request: its result, or the refusal as text and as error. */
export type Attempt<Result> =
  | { readonly result: Result; readonly refusal: undefined; readonly error: undefined }
  | { readonly result: undefined; readonly refusal: string; readonly error: ServiceError };

/** Rejects only with an error that is not a response of the service. */
export async function attempt<Result>(request: Promise<Result>): Promise<Attempt<Result>> {
  try {
    return { result: await request, refusal: undefined, error: undefined };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.status === 0) throw error;
    return { result: undefined, refusal: `${error.status} ${error.code}`, error };
  }
}

export interface Copied {
  readonly from: Seeded;
  readonly name: string;
  readonly destination: DestinationBlob;
  readonly started: StartedCopy;
}

type Properties = Pick<CopyRequest, "properties">;

/** Copy Blob, from a blob that is put into `from` for this copy. */
export async function copyBlob(lab: Laboratory, from: Bench, seed: Seed = {}, request: Properties = {}): Promise<Copied> {
  return copyOnto(lab, from, await from.put(seed), lab.destination.freshName(), request);
}

export async function copyOnto(lab: Laboratory, from: Bench, source: Seeded, name: string, request: Properties = {}): Promise<Copied> {
  const destination = lab.destination.destination(name);
  const readable = await from.readable(source.name, CopyMethod.COPY_BLOB, destination.account);
  return { from: source, name, destination, started: await destination.copyBlob({ source: readable, ...request }) };
}

/** Polls until a copy has ended. */
export async function ended(lab: Laboratory, name: string): Promise<BlobProperties> {
  for (const pause of PAUSES_MILLISECONDS) {
    if (pause > 0) await lab.clock.sleep(pause);
    const properties = await lab.destination.properties(name);
    if (properties.copy?.status !== "pending") return properties;
  }
  throw new Error(`a copy of a few bytes is still pending after ${PAUSES_MILLISECONDS.reduce((sum, one) => sum + one) / 1_000} seconds`);
}

export type PendingTry = (pending: Copied) => Promise<Finding>;

const ONE_ACCOUNT = notApplicable("both sides are one account, where copies end at once");
const TOO_FAST = notApplicable("the copy had ended before it could be inspected");

/**
 * Another blob with the same content, for checks that change their source. The service copies it
 * within the account.
 */
export async function ownLarge(lab: Laboratory): Promise<Seeded> {
  const large = await lab.large();
  const name = lab.source.freshName("written");
  const destination = lab.source.destination(name);
  const source = await lab.source.readable(large.name, CopyMethod.COPY_BLOB, destination.account);
  const { etag } = await destination.copyBlob({ source });
  return { ...large, name, etag };
}

/** Tries something on a pending copy, and aborts the copy. */
export async function whilePending(lab: Laboratory, attempts: PendingTry, over?: Seed, from = () => lab.large()): Promise<Finding> {
  if (!lab.hasTwoAccounts) return ONE_ACCOUNT;
  const source = await from();
  const name = lab.destination.freshName("large");
  if (over !== undefined) await lab.destination.put(over, name);
  const pending = await copyOnto(lab, lab.source, source, name);
  try {
    if (pending.started.status !== "pending") return TOO_FAST;
    const finding = await attempts(pending);
    // The copy had ended before it was tested, so the result proves nothing.
    if (finding.verdict !== "pass" && (await lab.destination.properties(name)).copy?.status === "success") return TOO_FAST;
    return finding;
  } finally {
    await attempt(pending.destination.abortCopy(pending.started.copyId));
  }
}
