import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tableOf, totalOf } from "../../../src/conformance/report";
import type { CheckResult } from "../../../src/conformance/run-suite";

const FOLDER = join(__dirname, "../../../docs/conformance");
const MAX_TEXT = 160;

/** Removes the parts that differ from run to run: names, ids, times and random contents. */
function comparable(text: string): string {
  const same = text
    .replace(/https?:\/\/[^\s"]+/g, "…")
    .replace(/\s*\(request id [^)]*\)/g, "")
    .replace(/\b(blob|large|slow|set|listed|name) \d+/g, "$1")
    .replace(/\b(content of [a-z]+), [0-9a-z]+/g, "$1")
    .replace(/, (?=[a-z]*\d)[0-9a-z]{6,}(?=[^0-9a-z]|$)/g, "")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "…")
    .replace(/"(0x[0-9A-F]+|[A-Za-z0-9+/]{22}==)\\?"/g, '"…"')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…")
    .replace(/-?\d{3,} ms/g, "… ms");
  return same.length <= MAX_TEXT ? same : `${same.slice(0, MAX_TEXT)}…`;
}

/**
 * Compares the table of a run with the one under docs/conformance. With UPDATE_TABLES=1 in the
 * environment, writes it instead.
 */
export function expectTable(name: string, title: string, results: readonly CheckResult[]): void {
  const rows = results.map((result) => ({ ...result, text: comparable(result.text) }));
  const text = `# ${title}\n\n${totalOf(results)}.\n\n${tableOf(rows)}\n`;
  const file = join(FOLDER, `${name}.md`);
  if (process.env.UPDATE_TABLES === "1") {
    if (!existsSync(dirname(file))) mkdirSync(dirname(file));
    writeFileSync(file, text);
  }
  const words = (all: string) => all.replace(/[ -]+\|/g, " |").replace(/\| +/g, "| ");
  expect(words(readFileSync(file, "utf8"))).toBe(words(text));
}
