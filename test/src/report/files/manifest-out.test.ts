import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BlobResult, CopyMethod } from "../../../../src/intent";
import { ManifestOut } from "../../../../src/report/files/manifest-out";
import { ReportPage } from "../../../../src/report/files/report-page";
import { itOnLinux } from "../../../support/machine/systems";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "manifest-out-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, "out.ndjson");
const result = (key: string, status: BlobResult["status"]): BlobResult => ({
  key,
  source: `https://a/${key}`,
  destination: `https://b/${key}`,
  status,
  etag: "",
  versionId: "",
  bytes: 1,
  milliseconds: 1,
  method: CopyMethod.AUTO,
  detail: "",
});
const statuses = () =>
  readFileSync(file(), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as BlobResult).status);

it("has its name after a failure, with what had come to an end, and replaces the one before", () => {
  writeFileSync(file(), "of the run before\n");
  const out = new ManifestOut(file());
  out.add(result("a", "copied"));
  out.add(result("b", "failed"));
  expect(readFileSync(file(), "utf8")).toBe("of the run before\n");
  out.abandon();
  expect(statuses()).toEqual(["copied", "failed"]);
  expect(readdirSync(folder)).toEqual(["out.ndjson"]);
});

itOnLinux("ends the run once where the disk is full: what comes to an end after that is counted all the same", () => {
  symlinkSync("/dev/full", `${file()}.partial`);
  const out = new ManifestOut(file());
  const addMany = () => {
    for (let index = 0; index < 1_000; index++) out.add(result(`blob ${index}`, "copied"));
  };
  expect(addMany).toThrow("The results of the copy set could not be written");
  expect(addMany).not.toThrow();
  expect(() => out.complete()).toThrow("The results of the copy set could not be written");
});

it("is not touched by a failure after it was complete, and takes what an atomic set prunes then", () => {
  const out = new ManifestOut(file());
  out.add(result("a", "copied"));
  out.complete();
  out.add(result("b", "pruned"));
  out.complete();
  out.abandon();
  expect(statuses()).toEqual(["copied", "pruned"]);
});

it("stays as the run before left it when no blob was looked at, and so does the report", () => {
  const page = join(folder, "report.html");
  for (const path of [file(), page]) writeFileSync(path, "of the run before\n");
  const outputs = [new ManifestOut(file()), new ReportPage(page, "Stack/set", () => 0)];
  for (const output of outputs) output.discard();
  for (const path of [file(), page]) expect(readFileSync(path, "utf8")).toBe("of the run before\n");
  expect(readdirSync(folder).sort()).toEqual(["out.ndjson", "report.html"]);
  expect(existsSync(`${file()}.partial`)).toBe(false);
});
