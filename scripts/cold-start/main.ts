/**
 * Measures the time that the functions of an AWS stack take from the start of loading their bundle
 * to their first request. Each run is a new process, with services on this machine. It does not
 * measure AWS Lambda.
 *
 * Usage: `npm run cold-start [-- TIMES [NODE]]`
 */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { least, median, most } from "../../bench/statistics";
import { type LocalServer, startCloudFormation, startStorage, startTable, TABLE } from "./servers";

/** Milliseconds since the start of loading the bundle. */
interface Passed {
  readonly clock: number;
  readonly processor: number;
}

interface Measured {
  readonly loaded: Passed;
  readonly connections: readonly (Passed & { readonly port: number })[];
  readonly answer: object;
}

const root = join(__dirname, "../..");
const bundle = join(root, "dist/lambda/index.js");
const [, , times = "20", node = process.execPath] = process.argv;
const run = promisify(execFile);

async function main(): Promise<void> {
  const [table, cloudFormation, storage] = await Promise.all([startTable(), startCloudFormation(), startStorage()]);
  const env = {
    PATH: process.env["PATH"],
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "id",
    AWS_SECRET_ACCESS_KEY: "key",
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    BLOB_COPY_TABLE: TABLE,
  };

  async function measure(handler: string, event: object): Promise<Measured> {
    const { stdout } = await run(node, [join(__dirname, "function.cjs"), bundle, handler, JSON.stringify(event)], { env });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Measured;
  }

  const all = { onEvent: [] as Measured[], isComplete: [] as Measured[] };
  for (let number = 0; number < Number(times); number++) {
    const event = created(storage.url);
    const accepted = await measure("onEvent", event);
    all.onEvent.push(accepted);
    all.isComplete.push(await measure("isComplete", { ...event, ...accepted.answer }));
  }
  for (const server of [table, cloudFormation, storage]) server.stop();

  const { stdout: version } = await run(node, ["--version"]);
  console.log(
    `Node.js ${version.trim()}, ${times} times; index.js ${kilobytes(bundle)}, federation.js ${kilobytes(join(bundle, "../federation.js"))}`,
  );
  for (const [handler, measured] of Object.entries(all)) {
    const firstTo = ({ port: wanted }: LocalServer) =>
      measured.flatMap(({ connections }) => connections.find(({ port }) => port === wanted) ?? []);
    tell(
      `${handler}: bundle loaded`,
      measured.map(({ loaded }) => loaded),
    );
    tell(`${handler}: first request to DynamoDB`, firstTo(table));
    if (handler === "isComplete") tell(`${handler}: first request to Azure`, firstTo(storage));
  }
}

function created(endpoint: string): object {
  const side = (account: string) => ({ kind: "url", url: `${endpoint}/${account}/container/blob`, credential: { kind: "anonymous" } });
  const Intent = JSON.stringify({
    version: 1,
    owner: "Stack/Copy",
    copies: [{ source: side("source"), destination: side("destination") }],
  });
  const ids = { RequestId: randomUUID(), StackId: `arn:aws:cloudformation:eu-west-1:1:stack/s/${randomUUID()}`, LogicalResourceId: "Copy" };
  return { RequestType: "Create", ...ids, ResourceProperties: { Intent, Fingerprint: "{}", OnDestroy: "retain" } };
}

function tell(what: string, passed: readonly Passed[]): void {
  const of = (name: keyof Passed) => {
    const values = passed.map((one) => one[name]);
    const [low, middle, high] = [least, median, most].map((choose) => choose(values)?.toFixed(0) ?? "-");
    return `${middle} ms (${low} to ${high})`;
  };
  console.log(`${what.padEnd(40)} ${of("clock").padEnd(24)} processor ${of("processor")}`);
}

function kilobytes(file: string): string {
  return `${(statSync(file).size / 1_000).toFixed(0)} kB`;
}

void main();
