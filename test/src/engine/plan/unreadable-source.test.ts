import { parseListedPage } from "../../../../src/azure/rest/listing/list-blobs-xml";
import { sourceProperties } from "../../../../src/azure/rest/response-headers";
import { archivedSource } from "../../../../src/engine/plan/refusal";
import { sourceIsMissing } from "../../../../src/failure/source-is-missing";
import { whyImpossible } from "../../../../src/engine/set/plan/impossible";

const STATUS = "rehydrate-pending-to-hot";

it("says of a source that is being rehydrated to wait for it, and not to begin that again", () => {
  const headers = { "content-length": "7", etag: '"0x8D1"', "x-ms-blob-type": "BlockBlob", "x-ms-access-tier": "Archive" };
  const told = sourceProperties({ status: 200, headers: { ...headers, "x-ms-archive-status": STATUS }, rawHeaders: [], body: "" });
  const failure = archivedSource("https://a/c/b", told);
  expect(failure).toMatchObject({ what: "The source is being rehydrated", side: "source" });
  expect(failure.why).toContain(STATUS);
  expect(failure.remedy).toMatch(/deploy again when it is online/);
  const archived = archivedSource("https://a/c/b", sourceProperties({ status: 200, headers, rawHeaders: [], body: "" }));
  expect(archived).toMatchObject({ what: "The source is archived" });
});

it.each([undefined, { metadata: true }, { headers: true }])("reads it from a listing with %j", (wanted) => {
  const blob = (name: string, more: string) =>
    `<Blob><Name>${name}</Name><Properties><Last-Modified>x</Last-Modified><Etag>0x1</Etag><Content-Length>7</Content-Length><Content-MD5>md5</Content-MD5><BlobType>BlockBlob</BlobType><AccessTier>Archive</AccessTier>${more}</Properties></Blob>`;
  const xml = `<EnumerationResults><Blobs>${blob("a", `<ArchiveStatus>${STATUS}</ArchiveStatus>`)}${blob("b", "")}</Blobs><NextMarker /></EnumerationResults>`;
  const { blobs } = parseListedPage(xml, wanted);
  expect(blobs).toMatchObject([{ archiveStatus: STATUS, contentMd5: "md5" }, { contentMd5: "md5" }]);
  expect(blobs[1]).not.toHaveProperty("archiveStatus");
  const pair = { destination: { urlOf: (name: string) => `https://a/${name}` } } as never;
  const [destination] = blobs;
  const impossible = whyImpossible({
    options: {} as never,
    isAtomic: false,
    pair,
    source: blobs[1] as never,
    destinationName: "a",
    destination,
  });
  expect(impossible?.failure.why).toMatch(/being rehydrated/);
});

it.each(["snapshot=2026-01-01T00%3A00%3A00.0000000Z", "versionid=2026-01-01T00%3A00%3A00.0000000Z"])(
  "does not blame the name where a snapshot or version was asked for: %s",
  (query) => {
    expect(sourceIsMissing(`https://a/c/b?${query}`).remedy).toMatch(/check the snapshot or version/);
    expect(sourceIsMissing("https://a/c/b").remedy).toMatch(/check its name/);
  },
);
