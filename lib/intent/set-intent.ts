import type { CopySet, ManifestInventory, PrefixCopies, SetDestroyIntent } from "../../src/intent";
import { DEFAULT_CONCURRENCY, DestroyPolicy, INTENT_VERSION, defaultMaxFailures } from "../../src/intent";
import type { BlobCopySetConfig } from "../vocabulary/blob-copy-set-config";
import type { DestroyOwner, WrittenRun } from "./copy-intent";
import { runFingerprint, writtenRun } from "./copy-intent";
import type { CopyManifestFile } from "./copy-manifest";
import type { BlobDestinationPrefix, BlobSourcePrefix } from "../vocabulary/blob-prefix";
import type { DeclaredPrefix, WrittenOptions } from "./declared-copy";
import { reference, resultingOptions, writtenOptions } from "./declared-copy";
import { allAsWritten, asWritten } from "../framework/hcl";
import type { SecretVariables } from "./secret-variables";
import { bytesPerSecond } from "./bandwidth";

/** The intent of a set, before the program adds its defaults. Strings may still be tokens. */
export interface WrittenSetIntent extends WrittenRun {
  readonly copies: readonly never[];
  readonly set: Omit<CopySet, "prefixes"> & { readonly prefixes?: WrittenPrefixes };
}

export interface WrittenPrefixes extends Pick<PrefixCopies, "source" | "destination">, Partial<DeclaredNames> {
  readonly options: WrittenOptions;
}

/** Undeclared options are absent, because a list that turns out to be empty is rejected. */
type DeclaredNames = Pick<PrefixCopies, "include" | "exclude" | "rename">;

/** The copies of a set: all declared copies in a file, or the prefixes. */
export interface SetContent {
  readonly manifest?: { readonly path: string; readonly file: CopyManifestFile; readonly inventory?: ManifestInventory };
  readonly prefixes?: WrittenPrefixes;
}

/** Paths of the files that a set writes, as Terraform finds them. */
export interface SetFiles {
  readonly manifestOut: string | undefined;
  readonly report: string | undefined;
}

export function setIntent(
  owner: string,
  config: BlobCopySetConfig,
  { manifest, prefixes }: SetContent,
  files: SetFiles,
  resultKeys: readonly string[],
): WrittenSetIntent {
  return {
    ...writtenRun(owner, config),
    copies: [],
    set: {
      manifest: manifest && { file: manifest.path, values: manifest.file.values },
      prefixes,
      atomic: config.atomic ?? false,
      prune: config.prune ?? false,
      allowEmpty: config.allowEmpty,
      onDestroy: config.onDestroy,
      inventory: manifest?.inventory,
      maxConcurrency: config.maxConcurrency ?? DEFAULT_CONCURRENCY,
      maxFailures: config.maxFailures ?? defaultMaxFailures(config.atomic === true),
      bandwidthBytesPerSecond: bytesPerSecond(config.bandwidth),
      ...allAsWritten(files),
      resultKeys,
    },
  };
}

export function writtenPrefixes(
  config: BlobCopySetConfig,
  from: BlobSourcePrefix,
  to: BlobDestinationPrefix,
  secrets: SecretVariables,
): WrittenPrefixes {
  const { include, exclude, rename } = config;
  return allAsWritten({
    source: reference(from, secrets),
    destination: reference(to, secrets),
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(rename && { rename }),
    options: writtenOptions(config),
  });
}

/**
 * Returns the values whose change makes an existing set run again. As for a single copy, they
 * include neither credentials nor options that only say how to copy. They include the keys of
 * results, because a run looks only for the requested ones.
 */
export function setFingerprint(config: BlobCopySetConfig, content: SetContent, resultKeys: readonly string[]): Record<string, unknown> {
  const { from, to, include, exclude, rename } = config;
  return {
    manifest: content.manifest?.file.fingerprint,
    prefixes:
      content.prefixes &&
      allAsWritten({ source: from?._place, destination: to?._place, include, exclude, rename, ...resultingOptions(config, to) }),
    prune: config.prune,
    // The first run with this policy begins to record the blobs that the set copies.
    onDestroy: config.onDestroy === DestroyPolicy.DELETE ? config.onDestroy : undefined,
    resultKeys: resultKeys.length > 0 ? resultKeys : undefined,
    ...runFingerprint(config),
  };
}

/**
 * Returns the inventory of a list of copies, with the current and the former name of its resource.
 */
export function manifestInventory(
  container: DeclaredPrefix,
  name: string,
  formerName: string | undefined,
  secrets: SecretVariables,
): ManifestInventory {
  return { destination: allAsWritten(reference(container, secrets)), name, ...(formerName === undefined ? {} : { formerName }) };
}

/** @param name name of the inventory of a list of copies */
export function setDestroyIntent(
  { owner, deployment, spelling }: DestroyOwner,
  to: DeclaredPrefix,
  name: string | undefined,
): SetDestroyIntent {
  return {
    version: INTENT_VERSION,
    owner: asWritten(owner),
    deployment: `\${${deployment}}`,
    spelling,
    set: { destination: allAsWritten(reference(to, undefined)), ...(name === undefined ? {} : { name }) },
  };
}
