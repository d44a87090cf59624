import type { CopyDeclaration } from "../../intent";
import { addsSnapshot, CopyMethod, SourceGuard } from "../../intent";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { Side } from "../../failure/service-error";
import type { SasGrant } from "../ports/credential-holder";
import { copiesTags, declaresHeaders, carries, writesBitByBit } from "../methods/run/traits";
import { declaresProtection } from "../recovery/protection";

/** A SAS must have one of these letters. */
export interface Need {
  readonly anyOf: string;
  /** A clause that follows the letter: "to …". */
  readonly to: string;
}

export interface Needs {
  readonly source: readonly Need[];
  readonly destination: readonly Need[];
}

export interface WriteCircumstances {
  readonly declaration: Pick<
    CopyDeclaration,
    "tags" | "copySourceTags" | "contentHeaders" | "sourceGuard" | "legalHold" | "immutabilityPolicy"
  >;
  readonly method: CopyMethod;
  readonly replaces: boolean;
  readonly takesRestorePoint: boolean;
}

/** Order of the letters in messages. */
const ORDER = "rcwdlti";

const READ: Need = { anyOf: "r", to: "to read it" };
const LOOK: Need = { anyOf: "r", to: "to look at the blob" };
const LIST: Need = { anyOf: "l", to: "to find restore points" };

/**
 * Letters that one copy by this method needs, without those for reading the destination's
 * properties.
 */
export function needsOfWriting({ declaration, method, replaces, takesRestorePoint }: WriteCircumstances): Needs {
  const tags = declaration.tags !== undefined || copiesTags(declaration);
  const lacksHeaders = declaresHeaders(declaration) && !carries(method, "contentHeaders");
  return {
    source: [
      READ,
      ...(copiesTags(declaration) ? [{ anyOf: "t", to: "to copy its tags" }] : []),
      ...(declaration.sourceGuard === SourceGuard.LEASE ? [{ anyOf: "w", to: "to lease it" }] : []),
    ],
    destination: [
      replaces
        ? { anyOf: "w", to: addsSnapshot(method) ? "to add to the chain" : "to replace the blob that is there" }
        : { anyOf: "cw", to: "to write a new blob" },
      ...(method === CopyMethod.PUT_BLOCK_FROM_URL || writesBitByBit(method) ? [{ anyOf: "w", to: "to write it piece by piece" }] : []),
      ...(lacksHeaders ? [{ anyOf: "w", to: "to set its content headers" }] : []),
      ...(tags ? [{ anyOf: "t", to: "to set tags" }] : []),
      ...(declaresProtection(declaration) ? [{ anyOf: "i", to: "to set a hold or a policy" }] : []),
      ...(replaces && takesRestorePoint ? [LIST, { anyOf: "d", to: "to remove the restore point" }] : []),
    ],
  };
}

/** Letters for a single copy, which also reads its destination before and after. */
export function needsOfCopy(circumstances: WriteCircumstances): Needs {
  const { source, destination } = needsOfWriting(circumstances);
  return { source, destination: [LOOK, ...destination] };
}

/** The operation or the set that needs the letters, and the side of the copy. */
export interface Needing {
  readonly side: Side;
  /** Begins a clause: "… needs". */
  readonly what: string;
}

/**
 * A failure that names the letters that the SAS of a side lacks; undefined where it has all of
 * them, or where its letters are not known.
 */
export function lackOfLetters({ side, what }: Needing, grant: SasGrant | undefined, needs: readonly Need[]): CopyFailure | undefined {
  if (grant === undefined) return undefined;
  const { permissions, isOfContainer } = grant;
  const allows = (letter: string) => permissions.includes(letter) && (letter !== "l" || isOfContainer);
  const missing = needs.filter(({ anyOf }) => !Array.from(anyOf).some(allows));
  if (missing.length === 0) return undefined;
  const lacks = new Set(missing.map(({ anyOf, to }) => `${Array.from(anyOf).join(" or ")} ${to}`));
  const wanted = Array.from(ORDER).filter((letter) => needs.some(({ anyOf }) => anyOf.includes(letter)));
  return new CopyFailure({
    exitCode: ExitCode.NOT_AUTHORISED,
    what: `The SAS of the ${side} does not allow all that is needed`,
    side,
    why: `the SAS has sp=${permissions}${isOfContainer ? "" : " for one blob"}; ${what} needs ${[...lacks].join(", ")}`,
    remedy: `issue the ${side}'s SAS with ${enumerated(wanted)}${wanted.includes("l") ? " for its container" : ""}, or declare an identity, which needs no SAS`,
  });
}

function enumerated(letters: readonly string[]): string {
  const last = letters.at(-1) ?? "";
  return letters.length > 1 ? `${letters.slice(0, -1).join(", ")} and ${last}` : last;
}
