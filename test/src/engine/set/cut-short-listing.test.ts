import { createHash } from "node:crypto";
import { SetWorld } from "./set-world";

let world: SetWorld;
beforeEach(async () => {
  world = await SetWorld.start();
  world.put({ a: "a", b: "b", c: "c", d: "d" });
});
afterEach(() => world.stop());

const withoutEnd = (text: string) => text.replace(/<NextMarker[^]*$/, "");
/** Answers of an intermediary, with status 200, instead of the page. */
const PAGES: Record<string, { readonly body: (text: string) => string; readonly contentType?: string }> = {
  "an empty body": { body: () => "" },
  "a sign-in page of a proxy": { body: () => "<html><body>Sign in</body></html>", contentType: "text/html" },
  "XML without its end": { body: withoutEnd },
  "XML cut within a blob": { body: (text) => text.slice(0, text.indexOf("<Name>b")) },
  "no NextMarker": { body: (text) => text.replace(/<NextMarker *\/>|<NextMarker><\/NextMarker>/, "") },
  "a body cut in its last tag": { body: (text) => text.slice(0, -3) },
  "another document": { body: () => '<?xml version="1.0"?><Error><Code>Oops</Code></Error>' },
};

describe.each(["source", "destination"] as const)("a page of the %s's listing", (side) => {
  it.each(Object.keys(PAGES))("that is %s is asked for again, and nothing is pruned because of it", async (kind) => {
    const page = PAGES[kind];
    if (page === undefined) throw new Error("no such page");
    const set = { ...world.prefixes(), prune: true };
    await world.run(set);
    world.source.deleteBlob("src", "d");
    const fault = { kind: "change answer", ...page } as const;
    world.service.script.fault({ operation: "List Blobs", path: side === "source" ? "/src" : "/dst" }, fault);
    const { receipt } = await world.run(set);
    expect(receipt).toMatchObject({ skipped: 3, copied: 0, pruned: 1 });
    expect(world.contents()).toMatchObject({ a: "a", b: "b", c: "c" });
    expect(world.contents()).not.toHaveProperty("d");
  });
});

/** A listing from a server that ignores the requested prefix. */
const ELSEWHERE = (name: string) =>
  `<Blobs><Blob><Name>${name}</Name><Properties><Last-Modified>Fri, 27 Nov 2026 13:44:54 GMT</Last-Modified><Etag>0x1</Etag><Content-Length>4</Content-Length>` +
  `<Content-MD5>${createHash("md5").update("same").digest("base64")}</Content-MD5><BlobType>BlockBlob</BlobType></Properties></Blob></Blobs>`;

it.each([
  ["source", "in/", "no/new"],
  ["destination", "out/", "oth/new"],
] as const)("a page of the %s with names that do not begin with the prefix %s is asked for again", async (_, prefix, name) => {
  world.put({ "in/new": "same", "no/new": "other" });
  let isFirst = true;
  world.service.script.random(({ operation }) => {
    const { query = "" } = world.service.requestsOf("List Blobs").at(-1) ?? {};
    if (operation !== "List Blobs" || !isFirst || new URLSearchParams(query).get("prefix") !== prefix) return undefined;
    isFirst = false;
    return { kind: "change answer", body: (text) => text.replace(/<Blobs>.*<\/Blobs>|<Blobs ?\/>/, ELSEWHERE(name)) };
  });
  const set = world.prefixes({ source: world.prefix("source", "in/"), destination: world.prefix("destination", "out/") });
  expect((await world.run(set)).receipt).toMatchObject({ total: 1, copied: 1 });
  expect(isFirst).toBe(false);
  expect(world.contents()).toEqual({ "out/new": "same" });
});

it.each(["plain", "atomic"])("takes what a listing repeats once: %s", async (kind) => {
  world.destination.putBlob("dst", "a", { content: "old" });
  world.service.script.random(({ operation }) =>
    operation === "List Blobs" ? { kind: "change answer", body: (text) => text.replace(/<Blob>.*?<\/Blob>/g, "$&$&") } : undefined,
  );
  expect((await world.run({ ...world.prefixes(), atomic: kind === "atomic" })).receipt).toMatchObject({ total: 4, copied: 4 });
  expect(world.contents()).toEqual({ a: "a", b: "b", c: "c", d: "d" });
});

it.each(["plain", "atomic"])("fails, and prunes nothing, while every page of the source is cut: %s", async (kind) => {
  const set = { ...world.prefixes(), prune: true, atomic: kind === "atomic" };
  await world.run(set);
  world.source.deleteBlob("src", "d");
  const cancellation = new AbortController();
  let pages = 0;
  world.service.script.random(({ operation, path }) => {
    if (operation !== "List Blobs" || !path.includes("/src")) return undefined;
    // The client retries many times. The test does not wait for that.
    if (++pages === 3) cancellation.abort(new Error("the test has seen enough"));
    return { kind: "change answer", body: withoutEnd };
  });
  await world.run(set, { cancel: cancellation.signal }).catch(() => undefined);
  expect(pages).toBeGreaterThan(1);
  expect(world.contents()).toMatchObject({ a: "a", b: "b", c: "c", d: "d" });
});

it("a listing that goes round in a circle is not followed for ever", async () => {
  const cancellation = new AbortController();
  const asked = () =>
    world.service
      .requestsOf("List Blobs")
      .filter(({ path, query }) => path.includes("/src") && !query.includes("startFrom"))
      .map(({ query }) => Buffer.from(new URLSearchParams(query).get("marker") ?? "", "base64url").toString());
  world.service.script.random(({ operation, path }) => {
    if (operation !== "List Blobs" || !path.includes("/src")) return undefined;
    // The client retries the third page many times. The test does not wait for that.
    if (asked().length >= 5) cancellation.abort(new Error("the test has seen enough"));
    const next = Buffer.from(`0 ${asked().at(-1) === "0 a" ? "b" : "a"}`).toString("base64url");
    const body = (text: string) => text.replace(/<NextMarker *\/>|<NextMarker>.*<\/NextMarker>/, `<NextMarker>${next}</NextMarker>`);
    return { kind: "change answer", body };
  });
  await world.run(world.prefixes(), { cancel: cancellation.signal }).catch(() => undefined);
  expect(asked().slice(0, 5)).toEqual(["", "0 a", "0 b", "0 b", "0 b"]);
});
