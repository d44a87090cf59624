import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SUITE } from "../../../src/conformance/suite";
import { WAYS } from "../../support/fake-blob-service/ways";

const ROOT = join(__dirname, "../../..");
const text = readFileSync(join(ROOT, "docs/service-assumptions.md"), "utf8");
const sections = text.split("\n## ").map((section) => {
  const [title = "", ...lines] = section.split("\n");
  const rows = lines
    .filter((line) => line.startsWith("| ") && !/^\| (check|assumption) \|/.test(line))
    .map((line) => line.slice(2, -2).split(" | "));
  return { title, rows };
});
const idsOf = (cell = "") => Array.from(cell.matchAll(/`([a-z0-9-]+)`/g), ([, id = ""]) => id);
const rows = sections.flatMap((section) => section.rows);

it("the ledger has every check of the suite, and the suite every one of the ledger", () => {
  const inLedger = rows.flatMap(([first]) => idsOf(first));
  expect([...inLedger].sort()).toEqual(SUITE.map(({ id }) => id).sort());
});

it("its unknowns are those that the fake service does each way", () => {
  const unknowns = sections.find(({ title }) => title.startsWith("Unknowns"))?.rows.flatMap(([first]) => idsOf(first)) ?? [];
  expect(unknowns.sort()).toEqual(Object.keys(WAYS).sort());
});

it.each(rows.map((row) => [row[0] ?? "", row] as const))("%s is guarded by files that are there", (_, row) => {
  const files = (row.at(-1) ?? "").split(", ");
  expect(files.filter((file) => !file.startsWith("src/") || !existsSync(join(ROOT, file)))).toEqual([]);
});
