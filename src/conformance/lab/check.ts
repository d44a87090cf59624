import type { Laboratory } from "./laboratory";

/**
 * Result of one check. `settled`: the service does one of several things, none of which is
 * documented or was ever recorded. The program works with each of them, and the check shows which
 * one this account does.
 */
export type Finding = { readonly verdict: "pass" } | { readonly verdict: "fail" | "settled" | "not applicable"; readonly text: string };

/** One assumption about the service, or one promise of the program, tested on real accounts. */
export interface Check {
  /** As in docs/service-assumptions.md. */
  readonly id: string;
  /** The assumption or promise, in one clause. */
  readonly says: string;
  run(lab: Laboratory): Promise<Finding>;
}

export const PASS: Finding = { verdict: "pass" };

export function fail(text: string): Finding {
  return { verdict: "fail", text };
}

export function settled(text: string): Finding {
  return { verdict: "settled", text };
}

export function notApplicable(text: string): Finding {
  return { verdict: "not applicable", text };
}

/** Passes when all values are as expected. Otherwise the finding names those that are not. */
export function expectAll(seen: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, unknown>>): Finding {
  const differences = Object.keys(expected).filter((name) => !isEqual(seen[name], expected[name]));
  return differences.length === 0
    ? PASS
    : fail(differences.map((name) => `${name} is ${shown(seen[name])}, not ${shown(expected[name])}`).join("; "));
}

/** The service, such as an emulator, does not have the operation at all. */
export function isNotOffered(text: string): boolean {
  return /\b501 [A-Z]/.test(text);
}

/** The first finding that is not a pass. */
export function allOf(...findings: readonly Finding[]): Finding {
  return findings.find(({ verdict }) => verdict !== "pass") ?? PASS;
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || shown(one) === shown(other);
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return JSON.stringify(value, (_, inner: unknown) => (isPlain(inner) ? sorted(inner) : inner));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
