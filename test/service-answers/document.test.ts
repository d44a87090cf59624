import { createBlobStore } from "../../src/azure/create-blob-store";
import { KNOWN_CAUSES } from "../../src/failure/diagnosis/diagnose";
import { CredentialKind, LocationKind } from "../../src/intent";
import { checkRequest, type SentRequest } from "../support/api-document/check-request";
import { errorCodes } from "../support/api-document/document";
import { VERSION } from "../support/api-document/newer";
import { operationIdOf } from "../support/api-document/operation-id";
import { FakeBlobService } from "../support/fake-blob-service";
import { recorded, type RecordedExchange, titleOf } from "./support/recorded";

const COPY: SentRequest = {
  operation: "Copy Blob",
  method: "PUT",
  path: "/dest/data/blob.bin",
  query: { sv: "2026-04-06", sig: "x" },
  headers: {
    "x-ms-version": VERSION,
    "x-ms-copy-source": "https://srcacct.blob.core.windows.net/data/blob.bin",
    "x-ms-meta-any": "text",
    "x-ms-source-if-match": '"0x8D"',
    "if-modified-since": "Fri, 27 Jan 2023 23:23:16 GMT",
    "content-length": "0",
  },
  hasBody: false,
};

const withHeaders = (headers: SentRequest["headers"]): SentRequest => ({ ...COPY, headers: { ...COPY.headers, ...headers } });

describe("the description of the API", () => {
  it("allows what it describes", () => {
    expect(checkRequest(COPY)).toEqual([]);
  });

  it.each([
    ["a header of another operation", withHeaders({ "x-ms-requires-sync": "true" }), /no header x-ms-requires-sync/],
    ["a header without a value that it must have", withHeaders({ "x-ms-copy-source": undefined }), /x-ms-copy-source is missing/],
    ["a value that is not in its list", withHeaders({ "x-ms-rehydrate-priority": "high" }), /x-ms-rehydrate-priority cannot be "high"/],
    ["a time in another form", withHeaders({ "if-modified-since": "2023-01-27T23:23:16Z" }), /If-Modified-Since cannot be/],
    ["a truth value in another form", withHeaders({ "x-ms-legal-hold": "yes" }), /x-ms-legal-hold cannot be "yes"/],
    ["an unknown parameter", { ...COPY, query: { api: "1" } }, /no parameter api/],
    ["another version", withHeaders({ "x-ms-version": "2024-08-04" }), /x-ms-version cannot be/],
    ["an operation that it does not know", { ...COPY, operation: "Unknown" }, /not in the document/],
    ["a body that is missing", { ...COPY, operation: "Put Block List", query: { comp: "blocklist" } }, /its body is missing/],
  ])("does not allow %s", (_, request, problem) => {
    expect(checkRequest(request).join("\n")).toMatch(problem);
  });

  it("is what the fake service holds against the program, at the end of a test", async () => {
    const service = await FakeBlobService.start();
    service.account("dest").createContainer("data");
    const place = { blobEndpoint: service.endpoint("dest"), containerName: "data", blobName: "blob.bin" };
    const store = createBlobStore({ environment: { SAS: service.account("dest").sas({ container: "data", permissions: "rw" }) } });
    const destination = store.destination({ kind: LocationKind.BLOB, ...place, credential: { kind: CredentialKind.SAS, variable: "SAS" } });
    // An intent cannot declare such a priority.
    const properties = { rehydrate: { priority: "Soon" } };
    await destination.copyBlob({ source: { url: destination.url }, properties }).catch(() => undefined);
    store.close();
    await expect(service.stop()).rejects.toThrow(/Copy Blob .*x-ms-rehydrate-priority cannot be "Soon"/);
  });
});

describe("a request that the service has taken is allowed, as it was recorded", () => {
  /** Headers that a browser, PowerShell and the recorders of both add. */
  const FOREIGN =
    /^(sec-|origin$|referer$|accept-language$|x-ms-useragent$|x-recording|cookie$|pragma$|cache-control$|parametersetname$|commandname$|expect$)/;
  /** Recorders leave out a source that carries a SAS. */
  const SOURCE = { "x-ms-copy-source": "https://srcacct.blob.core.windows.net/data/blob.bin" };

  function sentOf({ operation, request }: RecordedExchange): SentRequest {
    const [path = "", search = ""] = request.pathAndQuery.split("?", 2);
    const lowerCased = (pairs: Iterable<[string, string]>): Record<string, string> =>
      Object.fromEntries([...pairs].map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => !FOREIGN.test(name)));
    const source = /Copy Blob|From URL/.test(operation) && operation !== "Abort Copy Blob" ? SOURCE : {};
    const headers = { ...source, ...lowerCased(Object.entries(request.headers)), "x-ms-version": VERSION };
    return { operation, method: request.method, path, query: lowerCased(new URLSearchParams(search)), headers, hasBody: true };
  }

  const complete = recorded
    .filter(
      ({ response, request, fidelity }) =>
        response.status < 300 && request.headersNote === undefined && /^(test-proxy|yaml)/.test(fidelity),
    )
    .map((exchange) => ({ title: titleOf(exchange), sent: sentOf(exchange) }))
    .filter(({ sent }) => operationIdOf(sent.operation, (name) => String(sent.headers[name] ?? ""), false) !== undefined);

  it.each(complete)("$title", ({ sent }) => {
    expect(checkRequest(sent)).toEqual([]);
  });
});

/**
 * Codes of operations that copies do not use: they make accounts and containers, lease containers,
 * and set sequence numbers.
 */
const OF_OTHERS = [
  ...["AccountAlreadyExists", "ContainerAlreadyExists", "ResourceAlreadyExists", "SequenceNumberIncrementTooLarge"],
  ...["LeaseIdMismatchWithContainerOperation", "LeaseNotPresentWithContainerOperation"],
];

it("lists no code of a failure of which nothing is said to do", () => {
  const known = KNOWN_CAUSES.flatMap(({ codes }) => codes);
  const documented = errorCodes();
  expect(documented.length).toBeGreaterThan(100);
  expect(documented.filter((code) => !known.includes(code) && !OF_OTHERS.includes(code))).toEqual([]);
});
