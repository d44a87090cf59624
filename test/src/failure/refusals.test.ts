import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REFUSALS, refusalOf } from "../../../src/failure/refusals";
import { KNOWN_CAUSES } from "../../../src/failure/diagnosis/diagnose";
import { ServiceError } from "../../../src/failure/service-error";
import { BlobType, CopyMethod } from "../../../src/intent";
import { refused } from "../../support/memory-store/script";
import { MEBIBYTE, NEAR_SOURCE, SOURCE, World, type Declared } from "../engine/support/world";

/**
 * The part of the service's API document that lists error codes. `codes` adds those that only
 * public threads mention.
 */
const DOCUMENTED = JSON.parse(
  readFileSync(join(__dirname, "../../service-answers/data/blob-openapi.json"), "utf8"),
  (_key, value: unknown) => {
    const { enum: codes } = (typeof value === "object" && value !== null ? value : {}) as { enum?: unknown };
    return Array.isArray(codes) && codes.includes("AccountIsDisabled") ? { found: codes as string[] } : value;
  },
) as object;
const codes = [
  ...new Set([
    ...documentedCodes(DOCUMENTED),
    ...REFUSALS.flatMap(({ answers }) => answers.filter((answer) => typeof answer === "string")),
  ]),
];

function documentedCodes(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  if ("found" in node) return node.found as string[];
  return Object.values(node).flatMap(documentedCodes);
}

/** Answers to operations that a copy does not use, or to requests that are never sent. */
const NOT_OF_A_COPY = [
  ...[
    "AccountAlreadyExists",
    "ContainerAlreadyExists",
    "ResourceAlreadyExists",
    "InvalidXmlDocument",
    "InvalidXmlNodeValue",
    "UnsupportedXmlNode",
  ],
  ...[
    "MissingRequiredXmlNode",
    "MissingRequiredHeader",
    "MissingRequiredQueryParameter",
    "MissingContentLengthHeader",
    "RequestUrlFailedToParse",
  ],
  ...[
    "OutOfRangeQueryParameterValue",
    "InvalidResourceName",
    "LeaseIdMismatchWithContainerOperation",
    "LeaseNotPresentWithContainerOperation",
  ],
  ...[
    "LeaseIdMismatchWithLeaseOperation",
    "LeaseNotPresentWithLeaseOperation",
    "LeaseIsBreakingAndCannotBeChanged",
    "InfiniteLeaseDurationRequired",
  ],
  "SequenceNumberIncrementTooLarge",
];

interface Way {
  readonly operation: string;
  readonly declared: Declared;
  readonly arrange?: (world: World) => void;
  readonly sameAccount?: boolean;
}

/** Each method in the case in which AUTO tries it first. */
const WAYS: Way[] = [
  { operation: "Put Blob From URL", declared: {} },
  { operation: "Put Block From URL", declared: {}, arrange: (world) => void world.service.put(SOURCE, "new", 300 * MEBIBYTE) },
  { operation: "Put Block List", declared: {}, arrange: (world) => void world.service.put(SOURCE, "new", 300 * MEBIBYTE) },
  {
    operation: "Copy Blob",
    declared: { from: NEAR_SOURCE },
    arrange: (world) => void world.service.put(NEAR_SOURCE, "near", 100 * MEBIBYTE),
    sameAccount: true,
  },
  {
    operation: "Put Page From URL",
    declared: {},
    arrange: (world) => void world.service.put(SOURCE, "new", 1_024, { type: BlobType.PAGE }),
  },
  {
    operation: "Append Block From URL",
    declared: {},
    arrange: (world) => void world.service.put(SOURCE, "new", 1_024, { type: BlobType.APPEND }),
  },
];

const error = (operation: string, status: number, code: string) =>
  new ServiceError({ side: "destination", operation, url: "https://a/b/c", status, code, message: "", outcomeUnknown: false });

async function answered({ operation, declared, arrange }: Way, status: number, code: string) {
  const world = new World();
  arrange?.(world);
  world.service.script(operation, refused(status, code));
  return { world, ...(await world.run(declared)) };
}

describe.each(WAYS)("$operation is refused", (way) => {
  const { operation, sameAccount = false } = way;

  it("for the method's sake: the next method copies", async () => {
    const taken: string[] = [];
    for (const { answers } of REFUSALS) {
      for (const answer of answers) {
        const [status, code] = typeof answer === "number" ? [answer, `HTTP ${answer}`] : [409, answer];
        const refusal = refusalOf(error(operation, status, code), { sameAccount, isEmpty: false });
        if (refusal === undefined || operation === "Put Block List") continue;
        const { world, failure } = await answered(way, status, code);
        const [told] = world.of("method-refused");
        expect({ code, failure, why: told?.why }).toEqual({ code, failure: undefined, why: `${status} ${code}: ${refusal.because}` });
        expect(world.leftBehind()).toEqual([]);
        taken.push(code);
      }
    }
    if (operation !== "Put Block List") expect(taken.length).toBeGreaterThan(10);
  });

  it("for another reason: nothing else is tried, and one sentence says what to do", async () => {
    for (const code of codes) {
      if (NOT_OF_A_COPY.includes(code) || refusalOf(error(operation, 409, code), { sameAccount, isEmpty: false }) !== undefined) continue;
      if (["ServerBusy", "InternalError", "OperationTimedOut"].includes(code)) continue;
      const { world, failure, receipts } = await answered(way, 409, code);
      // Some refusals are cured by the run itself, such as an append by another client meanwhile.
      if (receipts !== undefined) continue;
      expect({ code, tried: world.of("method-refused") }).toEqual({ code, tried: [] });
      expect({ code, remedy: failure?.remedy }).not.toEqual({ code, remedy: "see the service's reason above" });
      expect(world.leftBehind()).toEqual([]);
    }
  });
});

it("has a remedy for every code that a copy can meet, also where a pinned method has no other after it", () => {
  const missing = codes.filter(
    (code) => !NOT_OF_A_COPY.includes(code) && !KNOWN_CAUSES.some((cause) => cause.codes.includes(code)) && !/NotImplemented$/.test(code),
  );
  expect(missing).toEqual([]);
});

it("leads Copy Blob From URL, which is never first, to Copy Blob", async () => {
  const world = new World();
  world.service.script("Put Blob From URL", refused(501, "NotImplemented"));
  world.service.script("Copy Blob From URL", refused(413, "RequestBodyTooLarge"));
  const { receipts } = await world.run({});
  expect(receipts?.[0]?.method).toBe(CopyMethod.COPY_BLOB);
});
