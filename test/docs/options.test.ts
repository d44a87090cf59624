import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BLOB_COPY, BLOB_COPY_SET } from "../../lib/vocabulary/options";

const rows = readFileSync(join(__dirname, "../../docs/options.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| `"));
const named = new Set(rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name)));

it.each([BLOB_COPY, BLOB_COPY_SET])("the page of options has a row for each of $of", ({ options }) => {
  // An older name is listed in the row of its present option.
  expect(Object.keys(options).filter((name) => !named.has(name))).toEqual(["rehydratePriority"]);
});
