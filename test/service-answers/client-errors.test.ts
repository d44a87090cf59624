import { STATUS_CODES } from "node:http";
import { explain } from "../../src/failure/explain";
import { changedMeanwhile, sourceChanged } from "../../src/failure/service-codes";
import { ServiceError } from "../../src/failure/service-error";
import { ask, Client } from "./support/client";
import { answered, codeOf, elementOf, recorded, titleOf, type RecordedExchange } from "./support/recorded";
import { ReplayServer } from "./support/replay-server";

let server: ReplayServer;
let client: Client;

beforeAll(async () => {
  server = await ReplayServer.start();
  client = new Client(server.endpoint);
});
afterAll(async () => {
  client.close();
  await server.stop();
});

async function errorOf(exchange: RecordedExchange, asking = () => ask(client, exchange)): Promise<ServiceError> {
  server.answerWith(exchange);
  const error: unknown = await asking().then(
    (value) => new Error(`it was read as ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof ServiceError) return error;
  throw error;
}

/** A read of a missing blob returns undefined, and a deletion of a missing blob succeeds. */
function isNothing(exchange: RecordedExchange): boolean {
  const { operation, response } = exchange;
  const reads = ["Get Blob Properties", "Get Blob", "Get Block List"].includes(operation) && codeOf(exchange) !== "ContainerNotFound";
  return response.status === 404 && (reads || operation === "Delete Blob");
}

const errors = recorded.filter(({ response }) => response.status >= 300);
const refused = errors.filter((exchange) => !isNothing(exchange)).map((exchange) => ({ title: titleOf(exchange), exchange }));
const nothing = errors.filter(isNothing).map((exchange) => ({ title: titleOf(exchange), exchange }));

const WRITES = new Set(["PUT", "DELETE"]);
const NOT_REPEATED = ["Copy Blob", "Append Block From URL", "Snapshot Blob"];

/** The expected values are read from the recording by other code than the client's. */
function expectedOf(exchange: RecordedExchange) {
  const { operation, request, response } = exchange;
  const code = codeOf(exchange) ?? `HTTP ${String(response.status)}`;
  const isHead = request.method === "HEAD" || response.status === 304;
  const sentence = isHead ? undefined : elementOf(exchange, "Message")?.split("\n")[0];
  const copySourceStatus = answered(exchange, "x-ms-copy-source-status-code");
  return {
    side: ["Lease Blob", "Get Page Ranges"].includes(operation) ? "source" : "destination",
    status: response.status,
    code,
    message: expect.stringContaining(sentence ?? STATUS_CODES[response.status] ?? "") as string,
    requestId: answered(exchange, "x-ms-request-id"),
    copySourceStatus: copySourceStatus === undefined ? undefined : Number(copySourceStatus),
    copySourceCode: answered(exchange, "x-ms-copy-source-error-code"),
    outcomeUnknown: WRITES.has(request.method) && response.status >= 500 && code !== "ServerBusy",
  };
}

describe("an error that the service answered once is read as what it was", () => {
  it.each(refused)("$title", async ({ exchange }) => {
    const error = await errorOf(exchange);

    const expected = expectedOf(exchange);
    expect(error).toMatchObject(expected);
    const mayBeRepeated = exchange.response.status >= 500 && !(expected.outcomeUnknown && NOT_REPEATED.includes(exchange.operation));
    // Without the key of a blob, the client reads its properties from a listing.
    const isLookedFor = exchange.operation === "Get Blob Properties" && expected.code === "BlobUsesCustomerSpecifiedEncryption";
    expect(server.requests > 1).toBe(mayBeRepeated || isLookedFor);
  });
});

describe("nothing there is no error", () => {
  it.each(nothing)("$title", async ({ exchange }) => {
    server.answerWith(exchange);
    expect(await ask(client, exchange)).toBeUndefined();
    expect(server.requests).toBe(1);
  });
});

describe("an error of a copy set's request, which another parser reads", () => {
  it.each(refused.filter(({ exchange }) => exchange.operation === "Put Blob From URL"))("$title", async ({ exchange }) => {
    const error = await errorOf(exchange, () => client.putBlobFromUrlOfASet());
    expect(error).toMatchObject(expectedOf(exchange));
  });
});

/** The side whose condition was not met. Recorded requests have a condition on only one side. */
function failedSide(exchange: RecordedExchange): "source" | "destination" | undefined {
  const code = codeOf(exchange);
  if (code === "SourceConditionNotMet") return "source";
  if (code === "TargetConditionNotMet") return "destination";
  if (code === "CannotVerifyCopySource" && [304, 412].includes(exchange.response.status)) return "source";
  return code === "ConditionNotMet" && WRITES.has(exchange.request.method) ? "destination" : undefined;
}

const withSides = refused.filter(({ exchange }) => failedSide(exchange) !== undefined);

describe("a condition that was not met is known as that, on its side", () => {
  it.each(withSides)("$title", async ({ exchange }) => {
    const error = await errorOf(exchange);
    const side = failedSide(exchange);
    expect(sourceChanged(error)).toBe(side === "source");
    expect(changedMeanwhile(error)).toBe(side === "destination");
  });
});

/** Operations whose failure the program reports to the user. */
const TOLD = [
  ...["Copy Blob", "Copy Blob From URL", "Put Blob From URL", "Put Block From URL", "Put Page From URL", "Append Block From URL"],
  ...[
    "Put Block List",
    "Put Blob",
    "Abort Copy Blob",
    "Snapshot Blob",
    "Delete Blob",
    "Get Blob Properties",
    "List Blobs",
    "Set Blob Tags",
  ],
];

describe("the user is told what was answered, of which side, and what to do", () => {
  it.each(refused.filter(({ exchange }) => TOLD.includes(exchange.operation)))("$title", async ({ exchange }) => {
    const failure = explain(await errorOf(exchange), "The copy failed");

    expect(failure.why).toContain(`${String(exchange.response.status)} ${codeOf(exchange) ?? "HTTP"}`);
    expect(failure.remedy).not.toMatch(/\.$|^$/);
    const isOfSource = failedSide(exchange) === "source" || codeOf(exchange) === "CannotVerifyCopySource" || isMissingSource(exchange);
    expect(failure.side).toBe(isOfSource ? "source" : "destination");
    const { status } = exchange.response;
    const sourceStatus = Number(answered(exchange, "x-ms-copy-source-status-code") ?? status);
    if (isOfSource && sourceStatus === 404) expect(failure.exitCode).toBe(4);
    if (sourceStatus === 401 || sourceStatus === 403) expect(failure.exitCode).toBe(3);
  });
});

/** Copy Blob does not need an existing destination. */
function isMissingSource({ operation, response }: RecordedExchange): boolean {
  return operation === "Copy Blob" && response.status === 404;
}
