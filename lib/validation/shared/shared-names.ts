import { languageAt } from "../../framework/language";
import type { Problems } from "../../framework/problems";
import { isKnownText } from "../../framework/resolution";
import type { Names } from "./set-names";
import { globOf, haveCommonName, oneName } from "./set-names";
import type { Copy, SetOfNames } from "./destination-registry";

const MAX_NAMED = 3;

/** A blob that a set may write and that another copy writes. */
interface SharedName {
  readonly copy: Copy;
  /** Names that the set must exclude; empty if only the deploy knows them. */
  readonly relative: readonly string[];
}

/**
 * Blobs that another copy writes, and that a set also writes if its source has them. It is a
 * problem if one of them deletes the blob of both. Otherwise it is a warning, because only the
 * deploy knows whether the source has such a blob.
 */
export class SharedNames {
  private readonly shared = new Map<SetOfNames, Map<string, SharedName>>();

  add(set: SetOfNames, copy: Copy, place: string): void {
    const one = oneName(place);
    const names = set.writes.filter((written) => haveCommonName(written, one));
    if (names.length === 0) return;
    const relative = names.map(({ behind, start }) => behind + place.slice(start.length)).filter(isKnownText);
    const all = this.shared.get(set) ?? new Map<string, SharedName>();
    all.set(copy.name, { copy, relative });
    this.shared.set(set, all);
  }

  /** Reports the blobs at the copies. */
  reportCopies(problems: Problems): void {
    for (const [set, byName] of this.shared) {
      const shared = [...byName.values()];
      const [first] = shared;
      if (first === undefined) continue;
      const where = shared.length === 1 ? "" : ` (and ${shared.length - 1} more of its copies)`;
      const what = `destination${where} is also written by ${set.name}, if its source has a blob for it`;
      report(first.copy, set, what, `${exclusionOf(shared)} to ${set.name}, or give another destination`, problems);
    }
  }

  /** Reports the blobs at the set. */
  reportSets(problems: Problems): void {
    for (const [set, shared] of this.shared) {
      for (const deletes of [true, false]) {
        const alike = [...shared.values()].filter(({ copy }) => (copy.deletes || set.deletes) === deletes);
        const [first] = alike;
        if (first === undefined) continue;
        const others = alike.slice(0, MAX_NAMED).map(({ copy }) => copy.name);
        const more = alike.length > MAX_NAMED ? ` and ${alike.length - MAX_NAMED} more` : "";
        const what = `to: this set also writes the destination of ${others.join(", ")}${more}, if from has a blob for it`;
        report(
          set,
          alike.find(({ copy }) => copy.deletes)?.copy ?? first.copy,
          what,
          `${exclusionOf(alike)}, or give another prefix`,
          problems,
        );
      }
    }
  }
}

/** Reports two sets that may write the same blob. */
export function checkSharedBySets(set: SetOfNames, other: SetOfNames, problems: Problems): void {
  if (!haveCommon(set.writes, other.writes)) return;
  const what = `to: ${other.name} writes names that this set also writes, if their sources have blobs of the same name`;
  report(set, other, what, "exclude in one of them the names of the other, or give another prefix", problems);
}

export function haveCommon(some: readonly Names[], others: readonly Names[]): boolean {
  return some.some((names) => others.some((other) => haveCommonName(names, other)));
}

function report(copy: Copy, other: Copy, what: string, cure: string, problems: Problems): void {
  const deleter = [copy, other].find(({ deletes }) => deletes);
  if (deleter === undefined) languageAt(copy.construct).warn(copy.construct, `${what}, and each replaces the blob of the other; ${cure}.`);
  else problems.add(`${what}, and ${deleter.name} could delete the blob of the other; ${cure}.`);
}

/** Returns the option that excludes these names from a set. */
function exclusionOf(shared: readonly SharedName[]): string {
  const names = shared.flatMap(({ relative }) => relative.map(globOf));
  if (names.length === 0) return "exclude the name";
  const more = names.length > MAX_NAMED ? ", …" : "";
  return `add exclude: [${names
    .slice(0, MAX_NAMED)
    .map((name) => JSON.stringify(name))
    .join(", ")}${more}]`;
}
