import { type CopyDeclaration, type CopyIntent, RollbackPolicy } from "../../intent";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { BlobStore } from "../ports/blob-store";
import type { MadeCopies } from "../ports/made-copies";
import { type ChosenMethod, chooseMethods } from "../plan/choose-method";
import { needsRestorePoint } from "../methods/run/traits";
import { CopyFailure } from "../../failure/copy-failure";
import { isPinned } from "../plan/conditions";
import { explain } from "../../failure/explain";
import { unlikeChain } from "../plan/chain";
import { foundAsDeclared } from "../plan/found-as-declared";
import { destinationIsDirectory, sourceIsDirectory } from "../plan/refusal";
import type { PlannedStep } from "../plan/planned-step";

/** Get Blob Properties on both sides of each copy; reports what a run would do. */
export async function* planCopies(intent: CopyIntent, store: BlobStore, made?: MadeCopies): AsyncGenerator<PlannedStep> {
  for (const declaration of intent.copies) {
    const source = store.source(declaration.source);
    const destination = store.destination(declaration.destination);
    const step = { key: destination.url, source: source.url, destination: destination.url };
    const [from, now] = await Promise.all([source.getProperties(), destination.getProperties()]).catch((error: unknown) => {
      throw explain(error, `Cannot read both sides of the copy to ${destination.url}`);
    });
    if (from === undefined) yield { ...step, action: "fail", bytes: undefined, method: undefined, why: "the source does not exist" };
    else yield { ...step, bytes: from.length, ...(await actionFor(intent, declaration, store, from, now, made)) };
  }
}

async function actionFor(
  intent: CopyIntent,
  declaration: CopyDeclaration,
  store: BlobStore,
  source: SourceProperties,
  now: BlobProperties | undefined,
  made: MadeCopies | undefined,
): Promise<Pick<PlannedStep, "action" | "method" | "why">> {
  const destination = store.destination(declaration.destination);
  if (source.isDirectory === true)
    return { action: "fail", method: undefined, why: sourceIsDirectory(store.source(declaration.source).url).why };
  if (now?.isDirectory === true) return { action: "fail", method: undefined, why: destinationIsDirectory(destination.url).why };
  if (now?.copy?.status === "pending") {
    return {
      action: "copy",
      method: undefined,
      why: `copy ${now.copy.id} is pending; apply waits for it, ends it if this deployment started it, or fails`,
    };
  }
  if (now !== undefined) {
    try {
      const request = { declaration, intent, source: store.source(declaration.source), destination, made, signal: undefined };
      const why = await foundAsDeclared(request, source, now);
      if (why !== undefined) return { action: "skip", method: undefined, why };
    } catch (error) {
      if (error instanceof CopyFailure) return { action: "fail", method: undefined, why: error.why };
      throw explain(error, `Cannot read ${destination.url}`);
    }
  }
  const sameAccount = store.source(declaration.source).account === destination.account;
  const sourceIsArchived = source.tier === "Archive";
  const { blobType: sourceType, metadata: sourceMetadata, length } = source;
  const circumstances = { sourceType, sourceIsArchived, sourceMetadata, length, sameAccount };
  let first: ChosenMethod | undefined;
  try {
    [first] = chooseMethods({ declaration, ...circumstances, wait: intent.wait });
  } catch (error) {
    if (error instanceof CopyFailure) return { action: "fail", method: undefined, why: error.why };
    throw error;
  }
  const unlike = first && unlikeChain(first.method, now, destination.url);
  if (unlike !== undefined) return { action: "fail", method: undefined, why: unlike.why };
  const exists = now === undefined ? "the destination is absent" : `the destination exists (${now.length} bytes)`;
  const restored =
    now !== undefined &&
    intent.rollback === RollbackPolicy.RESTORE &&
    first !== undefined &&
    needsRestorePoint(first.method, declaration, isPinned(declaration, first.method, store.source(declaration.source), source), source);
  return {
    action: "copy",
    method: first?.method,
    why: `${exists}; ${first?.why ?? ""}${restored ? "; a restore point is taken first" : ""}`,
  };
}
