import { inParallel } from "../util/in-parallel";
import { explain } from "../failure/explain";
import { type Check, type Finding, isNotOffered } from "./lab/check";
import type { Laboratory } from "./lab/laboratory";

export interface CheckResult {
  readonly id: string;
  readonly says: string;
  readonly verdict: Finding["verdict"];
  /** Empty for a pass. */
  readonly text: string;
}

export interface RunSuiteOptions {
  /** Aborted when no further check may begin. */
  readonly signal: AbortSignal;
  readonly onResult?: (result: CheckResult) => void;
}

/**
 * Few enough that no account throttles them, and enough that a slow network does not delay every
 * request.
 */
export const CHECKS_AT_ONCE = 6;

/**
 * Runs several checks at a time, and returns their results in the order of the checks. A check that
 * throws has failed.
 */
export async function runSuite(
  lab: Laboratory,
  checks: readonly Check[],
  { signal, onResult }: RunSuiteOptions,
): Promise<readonly CheckResult[]> {
  const results = new Map<Check, CheckResult>();
  await inParallel(checks, CHECKS_AT_ONCE, signal, async (check) => {
    const result = await resultOf(check, lab);
    results.set(check, result);
    onResult?.(result);
  });
  return checks.flatMap((check) => results.get(check) ?? []);
}

async function resultOf(check: Check, lab: Laboratory): Promise<CheckResult> {
  const { id, says } = check;
  const finding = await check.run(lab).catch((error: unknown): Finding => ({ verdict: "fail", text: explain(error, says).why }));
  const text = "text" in finding ? finding.text : "";
  const isMissing = isNotOffered(text);
  return { id, says, verdict: isMissing ? "not applicable" : finding.verdict, text: isMissing ? `not offered: ${text}` : text };
}
