import { Causes, namesOf } from "../../../src/failure/causes";
import { setFailuresText } from "../../../src/report/set-counts";

const why = (blob: string, id: string) =>
  `Put Blob From URL on https://account.blob.core.windows.net/container/${blob} was answered 403 AuthorizationFailure: no (request id ${id}). What to do: check.`;

it("tells a cause once, with how many blobs it kept from being copied, and the first twenty", () => {
  const causes = new Causes();
  for (let index = 0; index < 30; index++)
    causes.add(why(`blob-${index}`, `0f8fad5b-d9cb-469f-a165-7086772895${index + 10}`), `blob-${index}`);
  causes.add("something else. What to do: wait.", "odd");
  const lines = setFailuresText({ type: "set-failures", failed: 31, failures: [], causes: causes.list });
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^Not copied, 30 blobs: Put Blob From URL on https:.*blob-0 was answered 403/);
  expect(lines[1]).toMatch(/^ {2}blob-0, blob-1, .*, blob-19 and 10 more$/);
  expect(lines[2]).toBe("Not copied: odd: something else. What to do: wait.");
});

it("keeps causes apart that differ in what was answered", () => {
  const causes = new Causes();
  causes.add("403 AuthorizationFailure on https://a/b", "one");
  causes.add("409 BlobImmutableDueToPolicy on https://a/b", "two");
  expect(causes.list.map(({ count }) => count)).toEqual([1, 1]);
});

it.each([
  [
    "lengths",
    "https://a/b holds 10 bytes that are not proven to be the source's",
    "https://a/c holds 2048 bytes that are not proven to be the source's",
  ],
  ["lengths of both sides", "it has 10 bytes, the source 1000", "it has 0 bytes, the source 7"],
  ["sizes", "12.5 MiB are too many", "1,024 KiB are too many"],
  [
    "checksums",
    "its MD5 is XUFAKrxLKna5cZ2REBfFkg==, the source's 1B2M2Y8AsgTpgAmY7PhCfg==",
    "its MD5 is PmzN+UFQ0i3UsslL+6Flvw==, the source's SXRpCaxu3mp6hfVXohKgZg==",
  ],
  ["ETags", 'its ETag is "0x8DD00BD7BC66628" by now', 'its ETag is "0x8DD00BD7BC66999" by now'],
  ["times", "written at Fri, 27 Nov 2026 22:00:00 GMT", "written at Thu, 1 Jan 2026 01:02:03 GMT"],
  ["snapshots", "at 2026-03-09T01:42:34.9360000Z", "at 2026-11-09T01:42:34.1230000Z"],
])("takes causes for one that differ in %s only", (_, one, other) => {
  const causes = new Causes();
  causes.add(one, "one");
  causes.add(other, "other");
  expect(causes.list).toEqual([{ text: one, count: 2, names: ["one", "other"] }]);
});

it.each([
  ["statuses", "was answered 403 AuthorizationFailure", "was answered 404 AuthorizationFailure"],
  ["methods", "Put Blob From URL failed", "Put Block From URL failed"],
  ["limits", "the service takes at most 1024 characters", "the service takes at most 254 characters"],
])("keeps causes apart that differ in %s", (_, one, other) => {
  const causes = new Causes();
  causes.add(one, "one");
  causes.add(other, "other");
  expect(causes.list).toHaveLength(2);
});

it("stays small however many causes there are, and counts all", () => {
  const causes = new Causes();
  for (let index = 0; index < 10_000; index++) causes.add(`cause ${index}`, `blob ${index}`);
  const told = causes.list.reduce((sum, { count }) => sum + count, 0);
  expect(causes.list.length).toBeLessThanOrEqual(100);
  expect(told + causes.others).toBe(10_000);
  const lines = setFailuresText({ type: "set-failures", failed: 10_000, failures: [], causes: causes.list });
  expect(lines.at(-1)).toBe("Not copied: 9,900 more");
});

it("names all blobs of a cause where they are few", () => {
  expect(namesOf({ text: "", count: 2, names: ["a", "b"] })).toBe("a, b");
  expect(namesOf({ text: "", count: 5, names: ["a", "b"] })).toBe("a, b and 3 more");
});
