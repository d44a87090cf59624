/**
 * The top section of CHANGELOG.md belongs to the version in package.json. Its date is "unreleased"
 * until the day of its release.
 */
const HEADING = /^## \[(?<version>[^\]]+)\] - (?<date>\S+)$/m;

/** `changelog` with a new top section for the next version. */
export function opened(changelog: string, version: string): string {
  const top = topSection(changelog);
  if (top.date === "unreleased")
    throw new Error(`${top.version} is not released yet: its section is the one to rename, if the version is another now`);
  return changelog.replace(HEADING, `## [${version}] - unreleased\n\n$&`);
}

/** `changelog` with the release day of its top version, such as "2026-12-01". */
export function dated(changelog: string, version: string, day: string): string {
  const top = topSection(changelog);
  if (top.version !== version) throw new Error(`the top of CHANGELOG.md is about ${top.version}, and package.json is ${version}`);
  if (top.date !== "unreleased") throw new Error(`${version} is released already, on ${top.date}`);
  if (top.text === "") throw new Error(`CHANGELOG.md says nothing about ${version}`);
  return changelog.replace(HEADING, `## [${version}] - ${day}`);
}

/** The text for the release of a tag, such as "v1.2.3". */
export function releaseNotes(changelog: string, version: string, tag: string): string {
  const top = topSection(changelog);
  if (tag !== `v${version}`) throw new Error(`the tag is ${tag}, and package.json is ${version}`);
  if (top.version !== version) throw new Error(`the top of CHANGELOG.md is about ${top.version}, and package.json is ${version}`);
  if (!/^\d{4}-\d\d-\d\d$/.test(top.date)) throw new Error(`${version} has no day in CHANGELOG.md: npm run release:date`);
  return top.text;
}

export function topSection(changelog: string): { readonly version: string; readonly date: string; readonly text: string } {
  const [heading, version = "", date = ""] = HEADING.exec(changelog) ?? [];
  if (heading === undefined) throw new Error("CHANGELOG.md has no section such as ## [1.2.3] - unreleased");
  const [text = ""] = changelog.slice(changelog.indexOf(heading) + heading.length).split(/^## /m);
  return { version, date, text: text.trim() };
}
