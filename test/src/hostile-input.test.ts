import fc from "fast-check";
import { checkBlobName, escapeName } from "../../src/azure/address/blob-name";
import { parseContainer, parseLocation } from "../../src/azure/address/blob-url";
import { parseConnectionString } from "../../src/azure/credential/given/connection-string";
import { accountKeyFrom, connectionStringFrom, sasFrom } from "../../src/azure/credential/secrets";
import { errorFromAnswer } from "../../src/azure/rest/error-response";
import { parseListedPage } from "../../src/azure/rest/listing/list-blobs-xml";
import { blobProperties, sourceProperties, startedCopy } from "../../src/azure/rest/response-headers";
import { parseUserDelegationKey } from "../../src/azure/rest/user-delegation-xml";
import { MalformedXml, parseAllTags, unescapeXml } from "../../src/azure/rest/xml";
import { systemClock } from "../../src/engine/ports/clock";
import { CopyFailure } from "../../src/failure/copy-failure";
import { ExitCode } from "../../src/failure/exit-code";
import { explain } from "../../src/failure/explain";
import { LocationKind } from "../../src/intent";
import { parseDestroyIntent } from "../../src/intent/parse/parse-destroy-intent";
import { parseIntent } from "../../src/intent/parse/parse-intent";
import { redact } from "../../src/util/secrets/redaction";

/** Only few runs by default, so that the test is fast; `HOSTILE_RUNS=10000` for a thorough one. */
const numRuns = Number(process.env["HOSTILE_RUNS"] ?? 100);

/** Pieces of text that are difficult for some part of the program. */
const PIECES = [
  "%2e%2e",
  "%",
  "%25",
  "%00",
  "..",
  ".",
  "/",
  "//",
  "\\",
  "?",
  "#",
  "&",
  "=",
  "sig=",
  "<",
  "</Blob>",
  "<Blob>",
  "<Name>",
  "&#99999999;",
  "&amp;",
  "]]>",
  "\u0000",
  "\u001b[31m",
  "\ud800",
  "é",
  "😀",
  " ",
  "\r\n",
  "https://",
  "@",
  ":",
  "[::1]",
  "169.254.169.254",
  "a".repeat(1_025),
  "x/".repeat(255),
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "binary", maxLength: 20 }), fc.string({ maxLength: 20 })), { maxLength: 8 })
  .map((pieces) => pieces.join(""));

/** Returns the thrown error; undefined if there was none. */
function thrownBy(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

function expectRefusal(run: () => unknown): void {
  const thrown = thrownBy(run);
  if (thrown === undefined) return;
  expect(thrown).toBeInstanceOf(CopyFailure);
  expect(thrown).toMatchObject({ exitCode: ExitCode.BAD_INTENT });
}

const check = <Value>(arbitrary: fc.Arbitrary<Value>, property: (value: Value) => void) =>
  fc.assert(fc.property(arbitrary, property), { numRuns });

const place = fc.record(
  {
    kind: fc.oneof(fc.constantFrom("blob", "url", "file"), text),
    blobEndpoint: text,
    containerName: text,
    blobName: text,
    url: text,
    credential: fc.oneof(fc.constant(undefined), fc.record({ kind: text, variable: text })),
  },
  { requiredKeys: [] },
);
const intent = fc.record(
  {
    version: fc.oneof(fc.constant(1), fc.jsonValue()),
    owner: fc.oneof(text, fc.jsonValue()),
    timeoutMilliseconds: fc.jsonValue(),
    copies: fc.oneof(
      fc.array(
        fc.record(
          { source: place, destination: place, metadata: fc.jsonValue(), tags: fc.dictionary(text, text), accessTier: text, method: text },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
      fc.jsonValue(),
    ),
    set: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

test("intents of any form are read, or refused with exit code 2", () => {
  check(fc.oneof(intent, fc.jsonValue(), fc.anything()), (json) => {
    expectRefusal(() => parseIntent(json));
    expectRefusal(() => parseDestroyIntent(json));
  });
});

test("URLs and endpoints of any form are read, or refused", () => {
  check(
    fc.tuple(
      fc.oneof(
        text,
        fc.webUrl({ withQueryParameters: true }),
        text.map((rest) => `https://acct.blob.core.windows.net/${rest}`),
      ),
      text,
    ),
    ([url, name]) => {
      for (const side of ["source", "destination"] as const) {
        expectRefusal(() => parseLocation({ kind: LocationKind.URL, url }, side));
        expectRefusal(() => parseLocation({ kind: LocationKind.BLOB, blobEndpoint: url, containerName: "data", blobName: name }, side));
        expectRefusal(() => parseContainer({ blobEndpoint: "https://acct.blob.core.windows.net", containerName: name }, side));
      }
    },
  );
});

test("a name is refused, or reaches the service as it is", () => {
  check(text, (name) => {
    expectRefusal(() => checkBlobName(name, "destination"));
    expectRefusal(() => escapeName(name, "destination"));
    if (thrownBy(() => (checkBlobName(name, "destination"), escapeName(name, "destination"))) !== undefined) return;
    const escaped = escapeName(name, "destination");
    expect(escaped.split("/").map(decodeURIComponent).join("/")).toBe(name);
    // A server, or a proxy in between, reads the path as a URL.
    expect(new URL(`https://acct.blob.core.windows.net/data/${escaped}`).pathname).toBe(`/data/${escaped}`);
  });
});

test("secrets of any form are taken, or refused without being told", () => {
  const blob = parseLocation(
    { kind: LocationKind.BLOB, blobEndpoint: "https://acct.blob.core.windows.net", containerName: "data", blobName: "x" },
    "source",
  );
  check(
    fc.oneof(
      text,
      text.map((rest) => `sv=2024-01-01&se=${rest}&sig=${rest}`),
      text.map((rest) => `AccountName=acct;AccountKey=${rest}`),
    ),
    (value) => {
      const secret = { value, variable: "SECRET", blob, side: "source" } as const;
      for (const take of [
        () => sasFrom(secret),
        () => accountKeyFrom(secret, undefined, systemClock),
        () => connectionStringFrom(secret, systemClock),
      ]) {
        expectRefusal(take);
        const thrown = thrownBy(take);
        if (thrown instanceof CopyFailure && value.length > 40) expect(thrown.message).not.toContain(value);
      }
      parseConnectionString(value);
      redact(value);
    },
  );
});

const xml = fc.oneof(
  text,
  text.map((body) => `<?xml version="1.0"?><EnumerationResults><Blobs>${body}</Blobs><NextMarker/></EnumerationResults>`),
  text.map(
    (body) =>
      `<EnumerationResults><Blobs><Blob><Name>${body}</Name><Properties><Etag>${body}</Etag></Properties></Blob></Blobs><NextMarker>${body}</NextMarker></EnumerationResults>`,
  ),
  text.map((body) => `<Tags><TagSet><Tag><Key>${body}</Key><Value>${body}</Value></Tag></TagSet></Tags>`),
);

test("XML of any form is read, or counts as an answer that got lost", () => {
  check(xml, (body) => {
    unescapeXml(body);
    for (const parse of [
      () => parseListedPage(body, { metadata: true, tags: true, copy: true, headers: true }),
      () => parseAllTags(body),
      () => parseUserDelegationKey(body),
    ]) {
      const thrown = thrownBy(parse);
      if (thrown !== undefined) expect(thrown).toBeInstanceOf(MalformedXml);
    }
  });
});

const HEADERS = [
  "x-ms-error-code",
  "x-ms-copy-id",
  "x-ms-copy-status",
  "x-ms-copy-progress",
  "x-ms-copy-source",
  "x-ms-copy-source-status-code",
  "x-ms-copy-source-error-code",
  "content-length",
  "content-range",
  "content-type",
  "date",
  "etag",
  "last-modified",
  "location",
  "retry-after",
  "www-authenticate",
  "x-ms-lease-status",
  "x-ms-meta-a",
  "x-ms-request-id",
  "x-ms-tag-count",
];
const answer = fc.record({
  status: fc.integer({ min: 100, max: 599 }),
  headers: fc.dictionary(fc.constantFrom(...HEADERS), text),
  body: fc.oneof(
    xml,
    text.map(
      (body) =>
        `<Error><Code>${body}</Code><Message>${body}</Message><AuthenticationErrorDetail>${body}</AuthenticationErrorDetail></Error>`,
    ),
  ),
});

test("answers of any form are read, or are an error of the service that can be told", () => {
  const request = { side: "destination", operation: "Copy Blob", url: "https://acct.blob.core.windows.net/data/x", writes: true } as const;
  check(fc.tuple(answer, text), ([{ status, headers, body }, query]) => {
    const http = { status, headers, rawHeaders: Object.entries(headers).flat(), body };
    for (const read of [blobProperties, sourceProperties]) read(http);
    startedCopy(http, "pending");
    const sent = {
      query: `sig=${query}`,
      headers: { "x-ms-copy-source": `https://src.blob.core.windows.net/a/b?${query}`, authorization: `Bearer ${query}` },
    };
    const failure = explain(errorFromAnswer(request, http, 0, sent), "The copy failed");
    expect([failure.why, failure.remedy].every((line) => line !== "" && line.length < 5_000)).toBe(true);
    // eslint-disable-next-line no-control-regex -- that there are none is what is tested
    expect(failure.why).not.toMatch(/[\u0000-\u001f]/);
    expect([1, 3, 4]).toContain(failure.exitCode);
  });
});
