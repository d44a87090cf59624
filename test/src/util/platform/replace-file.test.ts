import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platformOf } from "../../../../src/util/platform/platform";
import { removeFile, replaceFile } from "../../../../src/util/platform/replace-file";

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "replace-file-"))));
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/**
 * Refuses this many times, as Windows does while another process has the file open, and then works
 * normally.
 */
function refuse(name: "renameSync" | "rmSync", code: string, times: number) {
  const real = fs[name] as (...values: unknown[]) => void;
  let left = times;
  return jest.spyOn(fs, name).mockImplementation((...values: unknown[]) => {
    if (left-- > 0) throw Object.assign(new Error(code), { code });
    real(...values);
  });
}

function replace(name: NodeJS.Platform): string {
  writeFileSync(join(folder, "from"), "new");
  writeFileSync(join(folder, "to"), "old");
  replaceFile(join(folder, "from"), join(folder, "to"), platformOf(name));
  return readFileSync(join(folder, "to"), "utf8");
}

function remove(name: NodeJS.Platform): readonly string[] {
  writeFileSync(join(folder, "file"), "");
  removeFile(join(folder, "file"), platformOf(name));
  return readdirSync(folder);
}

it.each(["linux", "darwin", "win32"] as const)("replaces and removes: %s", (name) => {
  expect(replace(name)).toBe("new");
  rmSync(join(folder, "to"));
  expect(remove(name)).toEqual([]);
  expect(() => removeFile(join(folder, "file"), platformOf(name))).not.toThrow();
});

it.each(["EPERM", "EACCES", "EBUSY"])("tries again on Windows while somebody has the file open: %s", (code) => {
  const rename = refuse("renameSync", code, 3);
  const rm = refuse("rmSync", code, 3);
  expect(replace("win32")).toBe("new");
  fs.unlinkSync(join(folder, "to"));
  expect(remove("win32")).toEqual([]);
  expect(rename).toHaveBeenCalledTimes(4);
  expect(rm).toHaveBeenCalledTimes(4);
});

it.each([
  ["linux", "EACCES"],
  ["darwin", "EPERM"],
  ["linux", "EBUSY"],
  ["win32", "ENOENT"],
  ["win32", "ENOSPC"],
] as const)("fails at once on %s with %s", (name, code) => {
  const rename = refuse("renameSync", code, 1);
  expect(() => replace(name)).toThrow(code);
  expect(rename).toHaveBeenCalledTimes(1);
});

it("gives up on Windows after two seconds", () => {
  const times = [0, 1_999, 2_000];
  jest.spyOn(Date, "now").mockImplementation(() => times.shift() ?? 2_000);
  const rename = refuse("renameSync", "EPERM", 9);
  expect(() => replace("win32")).toThrow("EPERM");
  expect(rename).toHaveBeenCalledTimes(2);
});
