import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CopyMethod, type BlobResult } from "../../../../src/intent";
import { ManifestOut } from "../../../../src/report/files/manifest-out";
import { ReportPage } from "../../../../src/report/files/report-page";
import { rememberGiven } from "../../../../src/util/secrets/known-secrets";
import { itOnUnix } from "../../../support/machine/systems";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "private-files-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = "a+secret/of&the<run>";

const failed: BlobResult = {
  key: "x",
  source: "https://a.test/c/x",
  destination: "https://b.test/c/x",
  status: "failed",
  etag: "",
  versionId: "",
  bytes: 1,
  milliseconds: 1,
  method: CopyMethod.PUT_BLOB_FROM_URL,
  detail: `the service said ${SECRET} and sig=abcdefgh`,
};

const files = [
  ["results of a set", (path: string) => new ManifestOut(path)],
  ["report page", (path: string) => new ReportPage(path, "stack/set", () => 0)],
] as const;

beforeAll(() => rememberGiven(SECRET));

itOnUnix.each(files)("the %s is for its owner only, whatever was there before", (_what, create) => {
  const path = join(folder, "out");
  for (const before of [path, `${path}.tmp`, `${path}.partial`]) {
    writeFileSync(before, "old");
    chmodSync(before, 0o644);
  }
  const file = create(path);
  file.add(failed);
  file.complete();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each(files)("the %s holds no secret", (_what, create) => {
  const path = join(folder, "out");
  const file = create(path);
  file.add(failed);
  file.complete();
  const text = readFileSync(path, "utf8");
  expect(text).not.toMatch(/secret.of|abcdefgh/);
  expect(text).toContain("REDACTED");
});
