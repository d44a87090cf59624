import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NEVER_ABORTED } from "../../../src/util/abort/never-aborted";
import { linesOf } from "../../../src/commands/tasks/manifest-lines";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "manifest-"))));
afterEach(() => rmSync(folder, { recursive: true }));

async function read(content: string | Buffer): Promise<string[]> {
  const path = join(folder, "copies.ndjson");
  writeFileSync(path, content);
  return all(path);
}
async function all(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(path, NEVER_ABORTED)) lines.push(line);
  return lines;
}
const MEBIBYTE = 1024 * 1024;

test.each([
  ["nothing", "", []],
  ["a line without end", "a\nb", ["a", "b"]],
  ["lines of Windows, which JSON does not mind", "a\r\nb\r\n", ["a\r", "b\r"]],
  ["a byte order mark", "\ufeffa\n", ["a"]],
  ["what only some take for ends of lines", "a\u2028b\u2029c\u0085d\n", ["a\u2028b\u2029c\u0085d"]],
])("%s", async (_, content, lines) => {
  expect(await read(content)).toEqual(lines);
});

test("characters that are cut in two by the pieces in which a file is read are whole", async () => {
  const line = "x" + "€".repeat(200_000);
  expect(await read(`${line}\n${line}\n`)).toEqual([line, line]);
});

test.each([
  ["not UTF-8", Buffer.from("a\ncaf\xe9\n", "latin1"), "utf-8"],
  ["cut in a character", Buffer.from("a\n€").subarray(0, -1), "utf-8"],
  ["one line without an end", Buffer.alloc(3 * MEBIBYTE, "x"), "line 1 is longer than 1 MiB"],
  ["a line that is no copy", `a\n${"x".repeat(2 * MEBIBYTE)}\n`, "line 2 is longer than 1 MiB"],
])("a file that is %s is refused, and said to be so", async (_, content, why) => {
  await expect(read(content)).rejects.toMatchObject({
    what: "The manifest of the copy set cannot be read",
    why: expect.stringContaining(why) as string,
  });
});

test("a file that is not there, or a folder, is refused", async () => {
  for (const path of [join(folder, "none"), folder]) await expect(all(path)).rejects.toMatchObject({ exitCode: 2 });
});
