/**
 * Steps of a release, see CONTRIBUTING.md: `date` (sets today's date), `open` (adds the next
 * version's section), `notes TAG` (checks, then prints the notes).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dated, opened, releaseNotes } from "./changelog";

const root = join(__dirname, "../..");
const file = join(root, "CHANGELOG.md");
const changelog = readFileSync(file, "utf8");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const [command, tag = ""] = process.argv.slice(2);

switch (command) {
  case "date":
    writeFileSync(file, dated(changelog, version, new Date().toISOString().slice(0, 10)));
    break;
  case "open":
    writeFileSync(file, opened(changelog, version));
    break;
  case "notes":
    console.log(releaseNotes(changelog, version, tag));
    break;
  default:
    throw new Error(`unknown step "${command ?? ""}"; use date, open or notes`);
}
