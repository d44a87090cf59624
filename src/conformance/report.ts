import { redact } from "../util/secrets/redaction";
import type { Finding } from "./lab/check";
import type { CheckResult } from "./run-suite";

type Verdict = Finding["verdict"];

const WIDTH = "not applicable".length;
const ORDER: readonly Verdict[] = ["pass", "settled", "not applicable", "fail"];

/**
 * The contents of the report file. It has no account names and no secrets, so it can be sent in.
 */
export interface ConformanceReport {
  readonly program: string;
  /** `x-ms-version` of the requests. */
  readonly serviceVersion: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly accounts: "one" | "two";
  readonly results: readonly CheckResult[];
}

/** A line for a check, and a second line with its text, if it has one. */
export function lineOf({ id, verdict, says, text }: CheckResult): string {
  return `${verdict.padEnd(WIDTH)}  ${id}: ${says}${text === "" ? "" : `\n${" ".repeat(WIDTH + 2)}${text}`}`;
}

/** Number of checks for each verdict. */
export function totalOf(results: readonly CheckResult[]): string {
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  return ORDER.map((verdict) => `${count(verdict)} ${verdict === "settled" ? "unknown settled" : verdict}`).join(", ");
}

/** Replaces each account's endpoint by "the source" or "the destination" in all texts. */
export function withoutAccounts(
  results: readonly CheckResult[],
  accounts: readonly (readonly [endpoint: string, name: string])[],
): CheckResult[] {
  const anonymous = (text: string) =>
    accounts.reduce((rest, [endpoint, name]) => rest.replaceAll(endpoint.replace(/\/+$/, ""), name), redact(text));
  return results.map((result) => ({ ...result, text: anonymous(result.text) }));
}

/** The table of a run that is kept under docs/. */
export function tableOf(results: readonly CheckResult[]): string {
  const rows = results.map(({ id, verdict, says, text }) => `| \`${id}\` | ${cell(says)} | ${verdict} | ${cell(text)} |`);
  return ["| check | behaviour | result | finding |", "|---|---|---|---|", ...rows].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
