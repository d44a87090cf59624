import { readFileSync } from "node:fs";
import { TROUBLESHOOTING_FILE, troubleshootingPage } from "../../../scripts/troubleshooting";
import type { Clues } from "../../../src/failure/diagnosis/clues";
import { diagnose, KNOWN_CAUSES } from "../../../src/failure/diagnosis/diagnose";
import { codeIn } from "../../../src/failure/diagnosis/told-codes";
import { codeOf, elementOf, recorded } from "../../service-answers/support/recorded";

test("docs/troubleshooting.md is made of the table: run `npm run docs`", () => {
  expect(readFileSync(TROUBLESHOOTING_FILE, "utf8")).toBe(troubleshootingPage());
});

test("each code is a heading, so that a search for it finds what to do", () => {
  const page = troubleshootingPage();
  for (const code of KNOWN_CAUSES.flatMap(({ codes }) => codes)) expect(page).toContain(`\n## ${code}\n`);
});

/** The program's requests never get these answers. */
const NEVER_MET = new Set([
  "MutuallyExclusiveQueryParameters",
  "OperationNotAllowedOnRootBlob",
  "PermanentDeleteIsOff",
  "UnsatisfiableCondition",
]);
const USED =
  /^(Get Blob Properties|Get Blob Tags|List Blobs|(Put|Append) \w+ From URL|Copy Blob|Copy Blob From URL|Set Blob Tier|Snapshot Blob|Delete Blob|Put Block List)$/;

test("what the service was recorded to refuse has a cause in the table", () => {
  const unknown = new Set<string>();
  for (const exchange of recorded.filter(
    ({ operation, response }) => USED.test(operation) && response.status >= 400 && response.status < 500,
  )) {
    const code = codeOf(exchange);
    if (code === undefined || NEVER_MET.has(code)) continue;
    const message = elementOf(exchange, "Message") ?? "";
    const { operation, response } = exchange;
    const clues: Clues = {
      ...{ side: "destination", operation, status: response.status, code, message, isRelayed: false },
      ...{ access: { kind: "token", tenantId: undefined }, evidence: undefined },
    };
    if (diagnose(clues) === undefined) unknown.add(code);
  }
  expect([...unknown].sort()).toEqual([]);
});

test("a code that is told from a sentence is the recorded one", () => {
  for (const exchange of recorded) {
    const code = codeOf(exchange);
    const told = codeIn((elementOf(exchange, "Message") ?? "").split("\n")[0] ?? "");
    if (told === undefined || code === undefined || code === "CannotVerifyCopySource") continue;
    // Two codes share one sentence.
    const isSame =
      told === code ||
      code === "BlobCustomerSpecifiedEncryptionMismatch" ||
      (told === "NoAuthenticationInformation" && code === "InvalidAuthenticationInfo");
    expect([code, told, isSame]).toEqual([code, told, true]);
  }
});
