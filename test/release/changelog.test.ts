import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dated, opened, releaseNotes, topSection } from "../../scripts/release/changelog";

const root = join(__dirname, "../..");
const changelog = "# Changelog\n\n## [1.1.0] - unreleased\n\n### Added\n\n* new\n\n## [1.0.0] - 2026-01-01\n\n### Added\n\n* old\n";

describe("the changelog at a release", () => {
  it("has the version of package.json at its top", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(topSection(readFileSync(join(root, "CHANGELOG.md"), "utf8")).version).toBe(version);
  });

  it("gets its day, is what the release says, and opens the next version", () => {
    const released = dated(changelog, "1.1.0", "2026-12-01");
    expect(released).toContain("## [1.1.0] - 2026-12-01\n\n### Added\n\n* new\n\n## [1.0.0]");
    expect(releaseNotes(released, "1.1.0", "v1.1.0")).toBe("### Added\n\n* new");
    expect(opened(released, "1.2.0")).toContain("## [1.2.0] - unreleased\n\n## [1.1.0] - 2026-12-01");
  });

  it.each([
    ["another tag", () => releaseNotes(dated(changelog, "1.1.0", "2026-12-01"), "1.1.0", "v1.0.0"), "the tag is v1.0.0"],
    ["no day", () => releaseNotes(changelog, "1.1.0", "v1.1.0"), "has no day"],
    ["another version", () => dated(changelog, "1.2.0", "2026-12-01"), "is about 1.1.0"],
    ["a second day", () => dated(dated(changelog, "1.1.0", "2026-12-01"), "1.1.0", "2026-12-02"), "released already"],
    ["an unreleased version below", () => opened(changelog, "1.2.0"), "1.1.0 is not released yet"],
    ["nothing to say", () => dated("## [1.0.0] - unreleased\n", "1.0.0", "2026-12-01"), "says nothing"],
  ])("is refused with %s", (_, release, message) => {
    expect(release).toThrow(message);
  });
});
