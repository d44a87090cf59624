import { addsSnapshot, COPY_OPTION_NAMES, CopyMethod, ImmutabilityMode, RecopyPolicy, RollbackPolicy } from "../../src/intent";
import type { DeclaredCopySet } from "../intent/declared-copy";
import { isSide } from "../shapes/side";
import type { CopyOptions } from "../vocabulary/copy-options";
import { isRehydrating } from "./contradictions";
import type { Problems } from "../framework/problems";

const PREFIX_OPTIONS: readonly (keyof DeclaredCopySet)[] = ["include", "exclude", "rename", "prune", "allowEmpty"];

/** Adds problems of options that are each valid, but contradict each other in one set. */
export function checkSetContradictions(config: DeclaredCopySet, problems: Problems): void {
  checkContent(config, problems);
  checkChains(config, problems);
  if (config.atomic === true) checkAtomic(config, problems);
  if (
    config.prune === true &&
    config.copies === undefined &&
    config.recopy !== RecopyPolicy.EVERY_DEPLOY &&
    Object.keys(config.copyTriggers ?? {}).length === 0
  ) {
    problems.add(
      "prune is true, but the set runs again only when its declaration changes, so it does not notice which blobs the source no longer has; add recopy: RecopyPolicy.EVERY_DEPLOY, or copyTriggers.",
    );
  }
}

function checkContent(config: DeclaredCopySet, problems: Problems): void {
  const { copies, from, to } = config;
  if (copies === undefined) {
    if (from === undefined && to === undefined) problems.add("nothing is declared to be copied; give copies, or from and to.");
    else if (from === undefined) problems.add("to is given without from; give both, or copies.");
    else if (to === undefined) problems.add("from is given without to; give both, or copies.");
    return;
  }
  if (from !== undefined || to !== undefined) problems.add("copies and from or to are given; a set has either, so make two sets.");
  for (const name of PREFIX_OPTIONS.filter((option) => config[option] !== undefined)) {
    problems.add(`${name} is given with copies, but it is for from and to; remove it.`);
  }
  for (const name of COPY_OPTION_NAMES.filter((option) => config[option] !== undefined)) {
    problems.add(`${name} is given beside copies, each of which has its own options; give it to each copy.`);
  }
}

function checkChains(config: DeclaredCopySet, problems: Problems): void {
  if (!optionsOf(config).some(({ method = CopyMethod.AUTO }) => addsSnapshot(method))) return;
  problems.add(
    "method is INCREMENTAL_COPY_BLOB, which adds a snapshot of one blob to its chain, but a set copies many blobs; declare each as a BlobCopy.",
  );
}

function optionsOf(config: DeclaredCopySet): readonly CopyOptions[] {
  return Array.isArray(config.copies) ? config.copies : [config];
}

function checkAtomic(config: DeclaredCopySet, problems: Problems): void {
  if (config.rollback === RollbackPolicy.ABORT_ONLY) {
    problems.add("atomic is true, but rollback is ABORT_ONLY, which does not restore replaced blobs; remove one of them.");
  }
  if (config.maxFailures !== undefined && config.maxFailures !== 0) {
    problems.add("atomic is true, so the first failure ends the run, but maxFailures is given; remove one of them.");
  }
  const all = optionsOf(config);
  if (all.some(({ immutabilityPolicy }) => immutabilityPolicy?.mode === ImmutabilityMode.LOCKED)) {
    problems.add(
      "atomic is true, but an immutability policy is LOCKED, and a rollback could not undo a locked blob; use UNLOCKED, and lock it later.",
    );
  }
  const keyed = Array.isArray(config.copies)
    ? config.copies.some(({ destination }) => isSide(destination, "destination") && destination._encryptionKey !== undefined)
    : isSide(config.to, "destination prefix") && config.to?._encryptionKey !== undefined;
  if (keyed) {
    problems.add(
      "atomic is true, but the destination has an encryption key, and Copy Blob, which restores replaced blobs, does not take one; remove one of them.",
    );
  }
  if (all.some(isRehydrating)) {
    problems.add("atomic is true, but rehydrate is given: an archived blob takes hours, and cannot be staged; remove one of them.");
  }
}
