import { destroyCopy } from "../../engine/copies/destroy";
import { destroySet } from "../../engine/set/destroy";
import { explain } from "../../failure/explain";
import {
  type DestroyIntent,
  DestroyPolicy,
  LocationKind,
  type LocationReference,
  placeKey,
  type SetDestroyIntent,
  type SetIntent,
} from "../../intent";
import { arrivals } from "../../state/arrivals";
import { replacedFiles } from "../../state/replaced-files";
import type { StateDirectory } from "../../state/state-directory";
import { mayBe, movedTo, readDeclaredPlaces, stillDeclared } from "./still-declared";
import type { TaskContext } from "./task";

/** Deletes the destination of a destroyed copy according to its policy, or notes it for later. */
export async function destroyOrDefer(intent: DestroyIntent, context: TaskContext): Promise<void> {
  if (!isDeferred(intent, context)) await destroyNow(intent, context);
}

/**
 * Terraform destroys before it copies again. If the declaration has only moved, blobs at the old
 * place are kept until the copy to the new place is complete, so that a failed copy loses nothing.
 * Returns whether the deletion was deferred, which is noted and reported.
 */
export function isDeferred(intent: DestroyIntent | SetDestroyIntent, context: TaskContext): boolean {
  const { state, emit, declaredFile, workingDirectory } = context;
  const declared = readDeclaredPlaces(declaredFile, workingDirectory);
  const moved = movedTo(intent, declared);
  const isThereStill = stillDeclared({ ...intent, destination: placeOf(intent) }, declared) !== undefined;
  if (moved === undefined || isThereStill || !deletes(intent)) return false;
  const destination = nameOf(intent, context);
  try {
    const note = { intent, declaredFile };
    replacedFiles(state).add(note);
    if (hasArrived(intent, moved.place, state)) {
      replacedFiles(state).remove(note);
      return false;
    }
    const why = `${moved.owner} has moved; it is deleted when the copy to its new place is complete. If that happens on another machine, or no copy follows, delete it by hand`;
    emit({ type: "destination-left", destination, why });
  } catch (error) {
    const why = `${moved.owner} has moved, and its later deletion could not be noted (${explain(error, "").why}); delete it by hand`;
    emit({ type: "destination-left", destination, why });
  }
  return true;
}

/**
 * Whether the run that copies to the new place has already finished. For a single copy, Terraform
 * starts that run only after this one.
 */
function hasArrived(intent: DestroyIntent | SetDestroyIntent, declared: string, state: StateDirectory): boolean {
  const place = "set" in intent ? arrivals(state).placeOf(intent) : undefined;
  return place !== undefined && place !== placeKey(placeOf(intent)) && mayBe(place, declared);
}

/** Notes the current place of a set with onDestroy whose results are safe. */
export function noteArrival(intent: SetIntent, { state }: Pick<TaskContext, "state">): void {
  const { prefixes, inventory, onDestroy } = intent.set;
  const destination = prefixes?.destination ?? inventory?.destination;
  if (onDestroy !== DestroyPolicy.DELETE || destination === undefined) return;
  const { blobEndpoint, containerName, prefix: blobName } = destination;
  try {
    arrivals(state).note(intent, placeKey({ kind: LocationKind.BLOB, blobEndpoint, containerName, blobName }));
  } catch {
    // The set is complete. Blobs at its earlier place are deleted by its next run, at the latest.
  }
}

/**
 * Deletes the blobs at the declaration's earlier place, now that it is at its new one. The next run
 * retries failed deletions.
 */
export async function deleteReplaced(declaration: Pick<DestroyIntent, "owner" | "deployment">, context: TaskContext): Promise<void> {
  const files = replacedFiles(context.state);
  for (const replaced of files.of(declaration)) {
    try {
      await destroyNow(replaced.intent, { ...context, declaredFile: replaced.declaredFile });
      files.remove(replaced);
    } catch (error) {
      const text = `${nameOf(replaced.intent, context)}: ${explain(error, "the copy at the earlier place could not be deleted").message}; the next run of ${declaration.owner} tries again`;
      context.emit({ type: "warning", text });
    }
  }
}

export async function destroyNow(intent: DestroyIntent | SetDestroyIntent, context: TaskContext): Promise<void> {
  const { store, clock, emit, signal } = context;
  const declared = readDeclaredPlaces(context.declaredFile, context.workingDirectory);
  const declarerOf = (destination: LocationReference) => stillDeclared({ ...intent, destination }, declared)?.owner;
  if ("set" in intent) {
    await destroySet(intent, { store, clock, emit, signal, declarerOf: (container, name) => declarerOf(container.locationOf(name)) });
    return;
  }
  const declarer = declarerOf(intent.destination);
  if (!deletes(intent) || declarer === undefined) return destroyCopy(intent, context);
  const why = `${declarer} still declares it, perhaps spelled in another way; delete it by hand if nothing needs it`;
  emit({ type: "destination-left", destination: nameOf(intent, context), why });
}

/** The program destroys a set only if its blobs are to be deleted. */
function deletes(intent: DestroyIntent | SetDestroyIntent): boolean {
  return "set" in intent || intent.onDestroy === DestroyPolicy.DELETE;
}

/** For a set, the prefix of its blobs: as long as the prefix is declared, all of them are. */
function placeOf(intent: DestroyIntent | SetDestroyIntent): LocationReference {
  if (!("set" in intent)) return intent.destination;
  const { prefix: blobName, ...container } = intent.set.destination;
  return { kind: LocationKind.BLOB, ...container, blobName };
}

/** URL, without any query. */
function nameOf(intent: DestroyIntent | SetDestroyIntent, { store }: TaskContext): string {
  if (!("set" in intent)) return store.destination(intent.destination).url;
  const { destination } = intent.set;
  return store.container(destination, "destination").urlOf(destination.prefix);
}
