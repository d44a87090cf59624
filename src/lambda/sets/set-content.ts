import type { BlobStore } from "../../engine/ports/blob-store";
import type { BlobContainers } from "../../engine/ports/blob-container";
import { nothingMatches } from "../../engine/set/outcome/failure";
import { containerPairOf } from "../../engine/set/list/container-pair";
import type { PlannedBlob } from "../../engine/set/plan/planned-blob";
import type { CopyFailure } from "../../failure/copy-failure";
import { badIntent } from "../../failure/bad-intent";
import type { CopyDeclaration, KeyedCopy, PrefixCopies, SetIntent } from "../../intent";
import type { DeclaredResource } from "../ports/declared";
import type { BlobRecord } from "../ports/record";

/** Name of a set's row, and the part of its declaration that the row keeps. */
export type Row = Pick<BlobRecord, "name" | "declaration">;

/** The differences between a set of a prefix and a set of a list. */
export interface SetContent {
  rowOf(blob: PlannedBlob): Row;
  /** Enough to undo or delete a blob. */
  declarationOf(row: BlobRecord): CopyDeclaration;
  /** The copies of a list, as lines of JSON. */
  manifestLines(): AsyncIterable<string>;
  /** The failure of a run that finds nothing to copy; undefined where that is allowed. */
  whyNotEmpty(): CopyFailure | undefined;
}

export function contentOf({ list }: DeclaredResource, { set }: SetIntent, store: BlobStore & BlobContainers): SetContent {
  if (set.prefixes !== undefined) return new PrefixContent(set.prefixes, set.allowEmpty === true, store);
  if (list !== undefined) return new ListContent(list);
  throw badIntent("copy intent", "its set has neither prefixes nor a list of copies");
}

/**
 * Everything below a prefix. Rows have names relative to the destination's prefix, and all blobs
 * have the same options.
 */
class PrefixContent implements SetContent {
  constructor(
    private readonly prefixes: PrefixCopies,
    private readonly mayBeEmpty: boolean,
    private readonly store: BlobContainers,
  ) {}

  rowOf({ key }: PlannedBlob): Row {
    return { name: key };
  }

  /** The source matters only to a copy, which has its own declaration. */
  declarationOf({ name }: BlobRecord): CopyDeclaration {
    const { options, source, destination } = this.prefixes;
    const containers = containerPairOf(this.prefixes, this.store);
    return {
      ...options,
      source: containers.source.locationOf(source.prefix + name),
      destination: containers.destination.locationOf(destination.prefix + name),
    };
  }

  async *manifestLines(): AsyncIterable<string> {
    // A prefix is listed, and has no manifest.
  }

  whyNotEmpty(): CopyFailure | undefined {
    return this.mayBeEmpty ? undefined : nothingMatches(this.prefixes);
  }
}

/**
 * Single copies. A copy that leaves the list keeps its row, which contains everything needed to
 * undo or delete it.
 */
class ListContent implements SetContent {
  constructor(private readonly list: readonly KeyedCopy[]) {}

  rowOf({ destinationUrl, declaration }: PlannedBlob): Row {
    return { name: destinationUrl, declaration };
  }

  declarationOf({ name, declaration }: BlobRecord): CopyDeclaration {
    if (declaration === undefined) throw new Error(`the declaration of ${name} was not kept`);
    return declaration;
  }

  async *manifestLines(): AsyncIterable<string> {
    for (const copy of this.list) yield JSON.stringify(copy);
  }

  whyNotEmpty(): CopyFailure | undefined {
    return badIntent("copy intent", "its list of copies is empty");
  }
}
