import { execFile, execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type LocalServer, startAnswering, startCloudFormation, startTable, TABLE } from "../../scripts/cold-start/servers";
import { CredentialKind, LocationKind } from "../../src/intent";
import { FakeBlobService } from "../support/fake-blob-service";

jest.setTimeout(120_000);

const root = join(__dirname, "../..");
const run = promisify(execFile);

describe("the bundle that AWS Lambda runs", () => {
  let service: FakeBlobService;
  let servers: readonly LocalServer[];
  let env: Record<string, string | undefined>;

  const dist = mkdtempSync(join(tmpdir(), "blob-copy-dist-"));

  beforeAll(async () => {
    execFileSync(process.execPath, [join(root, "scripts/bundle-handlers.mjs"), dist], { stdio: "pipe" });
    service = await FakeBlobService.start();
    service.account("source").putBlob("models", "v3", { content: "the model" });
    const destination = service.account("dest");
    destination.createContainer("inbox");
    const stored = (value: string) => JSON.stringify({ SecretString: value, Parameter: { Value: value } });
    const secrets = await startAnswering((_, response) =>
      response.setHeader("content-type", "application/x-amz-json-1.1").end(stored(destination.key)),
    );
    const parameters = await startAnswering((_, response) =>
      response.setHeader("content-type", "application/x-amz-json-1.1").end(stored(service.account("source").key)),
    );
    const [table, cloudFormation] = await Promise.all([startTable(), startCloudFormation()]);
    servers = [secrets, parameters, table, cloudFormation];
    env = {
      PATH: process.env["PATH"],
      // As in a function's runtime.
      NODE_PATH: join(root, "node_modules"),
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      AWS_ENDPOINT_URL_DYNAMODB: table.url,
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_ENDPOINT_URL_SSM: parameters.url,
      BLOB_COPY_TABLE: TABLE,
    };
  });
  afterAll(async () => {
    for (const server of servers) server.stop();
    await service.stop();
    rmSync(dist, { recursive: true });
  });

  async function invoke(
    handler: string,
    event: object,
  ): Promise<{ readonly PhysicalResourceId?: string; readonly IsComplete?: boolean; readonly Data?: object }> {
    const bundle = join(dist, "lambda/index.js");
    const { stdout } = await run(
      process.execPath,
      [join(root, "scripts/cold-start/function.cjs"), bundle, handler, JSON.stringify(event)],
      { env },
    );
    return (JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { readonly answer: object }).answer;
  }

  it("copies by what the table, CloudFormation, Secrets Manager and Systems Manager tell, each by its own client", async () => {
    const side = (account: string, containerName: string, variable: string) => ({
      kind: LocationKind.BLOB,
      blobEndpoint: service.endpoint(account),
      containerName,
      blobName: "v3",
      credential: { kind: CredentialKind.STORED, variable, accountName: account },
    });
    const copy = {
      source: side("source", "models", "ssm:/source"),
      destination: side("dest", "inbox", "secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:a"),
    };
    const event = {
      RequestType: "Create",
      RequestId: randomUUID(),
      StackId: "arn:aws:cloudformation:eu-west-1:1:stack/s/1",
      LogicalResourceId: "Copy",
      ResourceProperties: {
        Intent: JSON.stringify({ version: 1, owner: "Stack/Copy", copies: [copy] }),
        Fingerprint: "{}",
        OnDestroy: "retain",
      },
    };
    const accepted = await invoke("onEvent", event);
    expect(accepted).toEqual({ PhysicalResourceId: expect.stringMatching(/\/inbox\/v3#/) as string });
    const done = await invoke("isComplete", { ...event, ...accepted });
    expect(done).toMatchObject({ IsComplete: true, Data: { bytesCopied: 9, copyStatus: "success" } });
    expect(service.account("dest").getBlob("inbox", "v3")?.content.read().toString()).toBe("the model");
  });

  it("gets a token of its role from STS by the client that it brings along", async () => {
    const sts = await startAnswering((_, response) => {
      const token = "<WebIdentityToken>the token</WebIdentityToken>";
      response
        .setHeader("content-type", "text/xml")
        .end(`<R xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult>${token}</GetWebIdentityTokenResult></R>`);
    });
    const script = `require(${JSON.stringify(join(dist, "lambda/federation.js"))}).getWebIdentityToken("api://a", 900, 1).then(console.log)`;
    const { stdout } = await run(process.execPath, ["-e", script], { env: { ...env, AWS_ENDPOINT_URL_STS: sts.url } });
    sts.stop();
    expect(stdout.trim()).toBe("the token");
  });
});
