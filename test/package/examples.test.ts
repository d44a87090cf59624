import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WITHOUT_AZURITE, prepare, snapshotFor } from "../../scripts/example/world";
import { startAzurite, type Azurite } from "../support/azurite";
import { FakeBlobService } from "../support/fake-blob-service";
import { describeWithTerraform, terraform } from "../support/terraform/terraform";

/** Some examples load a provider package, which takes long. */
jest.setTimeout(600_000);

const examples = join(__dirname, "..", "..", "examples");
const names = readdirSync(examples, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && entry.name !== "aws-cdk" ? [entry.name] : [],
);

/**
 * The blobs at each example's destination after its deploy. The content shows which blob was
 * copied.
 */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "cdk-terrain": { "models/cdk-terrain.onnx": "release/v3/model.onnx" },
  "copy-set-manifest": {
    "models/current/de.onnx": "release/v3/de/model.onnx",
    "models/current/en.onnx": "release/v3/en/model.onnx",
    "models/current/fr.onnx": "release/v3/fr/model.onnx",
    "models/current/ja.onnx": "release/v3/ja/model.onnx",
  },
  "copy-set-prefix": {
    "models/current/model.onnx": "release/v3/model.onnx",
    "models/current/labels.json": "release/v3/labels.json",
    "models/current/classes.json": "release/v3/legacy/classes.json",
    "models/current/fr/model.onnx": "release/v3/fr/model.onnx",
  },
  "delete-on-destroy": { "data/orders.parquet": "fixtures/large/orders.parquet" },
  "every-deploy": { "data/rates.json": "public/rates/latest.json" },
  "for-each": { "models/europe.onnx": "release/v3/model.onnx", "models/asia.onnx": "release/v3/model.onnx" },
  "private-to-private": {
    "inbox/orders.csv": "outbox/orders.csv",
    "inbox/prices.csv": "outbox/prices.csv",
    "inbox/stock.csv": "outbox/stock.csv",
  },
  "promote-snapshot": { "settings/feature-flags.json": "settings/feature-flags.json" },
  quickstart: { "models/current.onnx": "release/v3/model.onnx", "models/labels.json": "release/v3/labels.json" },
  "replace-same-name": { "live/prices.json": "staging/prices.json" },
  "snapshot-to-new-blob": { "databases/audit/ledger-2026-q3.db": "databases/ledger.db", "databases/ledger.db": "later" },
};

let outdir: string;

beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), "blob-copy-examples-"));
});
afterAll(() => {
  rmSync(outdir, { recursive: true, force: true });
});

/** Runs an example on the built package, as a user does. Returns the folder of its stack. */
async function synth(name: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const before = { ...process.env };
  const folder = process.cwd();
  process.chdir(outdir); // an example's files are relative to its project
  Object.assign(process.env, environment, { CDKTF_OUTDIR: outdir });
  try {
    await jest.isolateModulesAsync(() => import(join(examples, name, "main.ts")));
  } finally {
    process.env = before;
    process.chdir(folder);
  }
  return join(outdir, "stacks", name);
}

async function deploy(cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  expect(await terraform(["init"], { cwd, env })).toMatchObject({ exitCode: 0 });
  expect(await terraform(["apply", "-auto-approve"], { cwd, env })).toMatchObject({ exitCode: 0 });
}

it("with a provider synthesises a stack of its name, with the program beside it", async () => {
  const stack = await synth("with-azurerm");
  const synthesised = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8")) as { resource: Record<string, object> };
  expect(Object.keys(synthesised.resource.terraform_data ?? {})).not.toEqual([]);
  expect(readdirSync(stack, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith("blob-copy.js"))).toHaveLength(1);
});

describeWithTerraform("each example", () => {
  let azurite: Azurite;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    azurite = await startAzurite();
    environment = await prepare(azurite);
  });
  afterAll(() => azurite.stop());

  const contentOf = async (path: string) => {
    const [container = "", ...blob] = path.split("/");
    const { service } = azurite.destination;
    return (await service.getContainerClient(container).getBlobClient(blob.join("/")).downloadToBuffer()).toString();
  };

  it.each(names.filter((name) => !(name in WITHOUT_AZURITE)))("%s is deployed against Azurite, by its environment alone", async (name) => {
    const expected = EXPECTED[name] ?? {};
    const env = { ...environment, ...(await snapshotFor(name, azurite)) };
    await deploy(await synth(name, env), env);
    const found = await Promise.all(Object.keys(expected).map(async (path) => [path, await contentOf(path)] as const));
    expect(found).not.toEqual([]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it("delete-on-destroy is destroyed with what it copied", async () => {
    const cwd = join(outdir, "stacks", "delete-on-destroy");
    expect(await terraform(["destroy", "-auto-approve"], { cwd, env: environment })).toMatchObject({ exitCode: 0 });
    await expect(contentOf("data/orders.parquet")).rejects.toMatchObject({ statusCode: 404 });
  });

  it("file-share-to-block-blob is deployed against a service with files, which Azurite does not have", async () => {
    const service = await FakeBlobService.start();
    try {
      const office = service.account("source");
      const website = service.account("dest");
      office.putFile("reports", "2026/annual report.pdf", "the report");
      website.createContainer("downloads");
      const env = {
        SOURCE_FILE_ENDPOINT: office.fileEndpoint,
        OFFICE_ACCOUNT: "source",
        OFFICE_ACCOUNT_KEY: office.key,
        DESTINATION_BLOB_ENDPOINT: website.endpoint,
        DESTINATION_CONNECTION_STRING: `AccountName=dest;AccountKey=${website.key};BlobEndpoint=${website.endpoint}`,
      };
      await deploy(await synth("file-share-to-block-blob", env), env);
      expect(website.getBlob("downloads", "annual-report-2026.pdf")?.content.read().toString()).toBe("the report");
    } finally {
      await service.stop();
    }
  });
});
