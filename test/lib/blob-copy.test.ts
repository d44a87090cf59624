import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { DataResource, TerraformIterator, TerraformOutput, TerraformStack, TerraformVariable, Testing } from "cdktf";
import { Construct } from "constructs";
import type { BlobCopyConfig } from "../../lib";
import {
  AccessTier,
  BlobCopy,
  BlobDestination,
  BlobSource,
  CopyMethod,
  Credential,
  DestroyPolicy,
  OverwritePolicy,
  RecopyPolicy,
  RollbackPolicy,
  SourceGuard,
} from "../../lib";
import { parseIntent } from "../../src/intent/parse/parse-intent";
import type { CopyIntent, DestroyIntent } from "../../src/intent";
import { LocationKind } from "../../src/intent";
import { context, localExec, terraformData, testStack } from "./support/synthesized";
import { attributesOf, expectedAttributes } from "./support/attributes";

const SOURCE = BlobSource.fromUrl("https://models.blob.core.windows.net/release/v3.onnx");
const DESTINATION = BlobDestination.fromContainer({
  blobEndpoint: "https://app.blob.core.windows.net/",
  containerName: "models",
  blobName: "v3.onnx",
});

/** URL of the destination, known at plan. A resource that uses it waits for the result. */
const URL = '${["https://app.blob.core.windows.net/models/v3.onnx", terraform_data.copy_result.id][0]}';

function azure(stack: TerraformStack): { account: StorageAccount; container: StorageContainer } {
  new AzurermProvider(stack, "azurerm", { features: [{}] });
  const account = new StorageAccount(stack, "account", {
    name: "app",
    resourceGroupName: "group",
    location: "westeurope",
    accountTier: "Standard",
    accountReplicationType: "LRS",
  });
  return { account, container: new StorageContainer(stack, "container", { name: "models", storageAccountId: account.id }) };
}

function copyOf(config: Partial<BlobCopyConfig> = {}) {
  const stack = testStack();
  new BlobCopy(stack, "copy", { source: SOURCE, destination: DESTINATION, ...config });
  return terraformData(stack);
}

function intentOf(config: Partial<BlobCopyConfig> = {}): CopyIntent {
  return copyOf(config).copy?.input as CopyIntent;
}

const DISK = BlobSource.fromContainer({
  blobEndpoint: "https://disks.blob.core.windows.net/",
  containerName: "vhds",
  blobName: "disk.vhd",
  snapshot: "2026-03-09T01:42:34.9360000Z",
});

describe("the intent of a copy", () => {
  test("of a snapshot to a chain is one that the program takes", () => {
    const intent = intentOf({
      source: DISK,
      method: CopyMethod.INCREMENTAL_COPY_BLOB,
      wait: false,
      overwrite: OverwritePolicy.IF_SOURCE_NEWER,
    });
    expect(parseIntent(intent).copies).toMatchObject([
      { method: "incremental-copy-blob", source: { snapshot: "2026-03-09T01:42:34.9360000Z" } },
    ]);
  });

  test("says what was declared, and leaves the defaults to the program", () => {
    const intent = intentOf();
    expect(intent).toEqual({
      version: 1,
      owner: "stack/copy",
      copies: [
        {
          source: { kind: "url", url: "https://models.blob.core.windows.net/release/v3.onnx" },
          destination: { kind: "blob", blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models", blobName: "v3.onnx" },
        },
      ],
    });
    expect(parseIntent(intent)).toMatchObject({
      wait: true,
      timeoutMilliseconds: 3_600_000,
      rollback: "restore",
      recopy: "on-intent-change",
      copies: [{ overwrite: "always", method: "auto", sourceGuard: "etag" }],
    });
  });

  test("carries every option", () => {
    const lease = "11111111-2222-3333-4444-555555555555";
    const options = {
      metadata: { owner: "me" },
      tags: { stage: "done" },
      accessTier: AccessTier.COOL,
      overwrite: OverwritePolicy.IF_DIFFERENT,
      method: CopyMethod.COPY_BLOB,
      sourceGuard: SourceGuard.NONE,
      destinationLeaseId: lease,
      sourceConditions: { ifMatch: '"0x1"' },
      destinationConditions: { ifUnmodifiedSince: "2026-01-01T00:00:00Z" },
    };
    const intent = intentOf({
      ...options,
      wait: false,
      timeout: "1m30s",
      rollback: RollbackPolicy.ABORT_ONLY,
      recopy: RecopyPolicy.EVERY_DEPLOY,
    });
    expect(intent.copies[0]).toMatchObject(options);
    expect(intent).toMatchObject({ wait: false, timeoutMilliseconds: 90_000, rollback: "abort-only", recopy: "every-deploy" });

    const contentHeaders = { contentType: "application/octet-stream" };
    expect(intentOf({ contentHeaders }).copies[0]).toMatchObject({ contentHeaders });
  });

  test("takes values of azurerm constructs as they are", () => {
    const stack = testStack();
    const { account, container } = azure(stack);
    new BlobCopy(stack, "copy", {
      source: BlobSource.fromFileShare({ fileEndpoint: account.primaryFileEndpoint, shareName: "share", filePath: "a/b" }),
      destination: BlobDestination.fromContainer({
        blobEndpoint: account.primaryBlobEndpoint,
        containerName: container.name,
        blobName: `${container.name}/b`,
      }),
      metadata: { note: `of "${account.name}"` },
    });
    expect((terraformData(stack).copy?.input as CopyIntent).copies[0]).toMatchObject({
      source: {
        kind: "file",
        fileEndpoint: "${azurerm_storage_account.account.primary_file_endpoint}",
        shareName: "share",
        filePath: "a/b",
      },
      destination: {
        kind: "blob",
        blobEndpoint: "${azurerm_storage_account.account.primary_blob_endpoint}",
        containerName: "${azurerm_storage_container.container.name}",
        blobName: "${azurerm_storage_container.container.name}/b",
      },
      metadata: { note: 'of "${azurerm_storage_account.account.name}"' },
    });
  });
});

describe("credentials", () => {
  const at = (credential: Credential) =>
    BlobSource.fromContainer({
      blobEndpoint: "https://models.blob.core.windows.net/",
      containerName: "release",
      blobName: "v3.onnx",
      credential,
    });

  test.each([
    ["defaultAzureCredential", Credential.defaultAzureCredential(), { kind: "default-azure-credential" }],
    [
      "servicePrincipal by secret",
      Credential.servicePrincipal({ tenantId: "t", clientId: "c", clientSecretEnvironment: "THE_SECRET" }),
      { kind: "service-principal", tenantId: "t", clientId: "c", variable: "THE_SECRET" },
    ],
    [
      "servicePrincipal by certificate",
      Credential.servicePrincipal({ tenantId: "t", clientId: "c", certificatePathEnvironment: "THE_CERTIFICATE" }),
      { kind: "service-principal", tenantId: "t", clientId: "c", pathVariable: "THE_CERTIFICATE" },
    ],
    ["managedIdentity", Credential.managedIdentity({ clientId: "c" }), { kind: "managed-identity", clientId: "c" }],
    [
      "workloadIdentity",
      Credential.workloadIdentity({ tokenFileEnvironment: "TOKEN_FILE" }),
      { kind: "workload-identity", pathVariable: "TOKEN_FILE" },
    ],
    ["azureCli", Credential.azureCli(), { kind: "azure-cli" }],
    ["anonymous", Credential.anonymous(), { kind: "anonymous" }],
    ["sasFromEnvironment", Credential.sasFromEnvironment("SAS"), { kind: "sas", variable: "SAS" }],
    [
      "accountKeyFromEnvironment",
      Credential.accountKeyFromEnvironment("KEY", { accountName: "models" }),
      { kind: "account-key", variable: "KEY", accountName: "models" },
    ],
    [
      "connectionStringFromEnvironment",
      Credential.connectionStringFromEnvironment("CONNECTION"),
      { kind: "connection-string", variable: "CONNECTION" },
    ],
  ])("%s is a reference, and nothing is added to the program's environment", (_name, credential, reference) => {
    const resources = copyOf({ source: at(credential) });
    expect((resources.copy?.input as CopyIntent).copies[0]?.source.credential).toEqual(reference);
    expect(Object.keys(localExec(resources.copy).environment).sort()).toEqual([
      "BLOB_COPY_DEPLOYMENT",
      "BLOB_COPY_INTENT",
      "BLOB_COPY_RECEIPT_ID",
      "BLOB_COPY_STATE_DIRECTORY",
    ]);
  });

  test("secrets of Terraform's travel in the environment, where Terraform hides no progress for them", () => {
    const stack = testStack();
    const { account } = azure(stack);
    new BlobCopy(stack, "copy", {
      source: at(Credential.connectionString(account.primaryConnectionString)),
      destination: BlobDestination.fromUrl("https://app.blob.core.windows.net/models/v3.onnx", {
        credential: Credential.accountKey(account.primaryAccessKey, { accountName: account.name }),
      }),
    });
    const resources = terraformData(stack);
    for (const resource of [resources.copy, resources.copy_confirm]) {
      expect(localExec(resource).environment).toMatchObject({
        BLOB_COPY_SECRET_1:
          "${try(nonsensitive(azurerm_storage_account.account.primary_connection_string), azurerm_storage_account.account.primary_connection_string)}",
        BLOB_COPY_SECRET_2:
          "${try(nonsensitive(azurerm_storage_account.account.primary_access_key), azurerm_storage_account.account.primary_access_key)}",
      });
    }
    const kept = JSON.stringify(Object.values(resources).map(({ input, triggers_replace }) => ({ input, triggers_replace })));
    expect(kept).not.toMatch(/primary_connection_string|primary_access_key/);
  });

  test("have no part in the fingerprint", () => {
    const fingerprintWith = (credential: Credential) => JSON.stringify(copyOf({ source: at(credential) }).copy?.triggers_replace);
    const fingerprints = [
      fingerprintWith(Credential.defaultAzureCredential()),
      fingerprintWith(Credential.sasFromEnvironment("OLD")),
      fingerprintWith(Credential.sasFromEnvironment("NEW")),
      fingerprintWith(Credential.accountKeyFromEnvironment("KEY", { accountName: "models" })),
    ];
    expect(new Set(fingerprints).size).toBe(1);
  });
});

describe("the fingerprint", () => {
  const fingerprint = (config: Partial<BlobCopyConfig> = {}) => copyOf(config).copy?.triggers_replace;

  test.each<[string, Partial<BlobCopyConfig>]>([
    ["the source", { source: BlobSource.fromUrl("https://models.blob.core.windows.net/release/v4.onnx") }],
    ["the destination", { destination: BlobDestination.fromUrl("https://app.blob.core.windows.net/models/v4.onnx") }],
    ["metadata", { metadata: { owner: "me" } }],
    ["tags", { tags: { stage: "done" } }],
    ["copySourceTags", { copySourceTags: true }],
    ["content headers", { contentHeaders: { contentType: "text/plain" } }],
    ["the access tier", { accessTier: AccessTier.COOL }],
    ["the MD5 of the source", { sourceContentMd5: "XUFAKrxLKna5cZ2REBfFkg==" }],
    ["a seal", { seal: true }],
    ["a legal hold", { legalHold: true }],
    ["an immutability policy", { immutabilityPolicy: { until: "2099-01-01" } }],
    ["the encryption scope", { encryptionScope: "vault" }],
    [
      "a key of the destination",
      { destination: BlobDestination.fromUrl("https://app.blob.core.windows.net/models/v3.onnx", { encryptionKeyEnvironment: "KEY" }) },
    ],
    ["the overwrite policy", { overwrite: OverwritePolicy.NEVER }],
    ["the method", { method: CopyMethod.COPY_BLOB }],
    ["the snapshot that is added to a chain", { source: DISK, method: CopyMethod.INCREMENTAL_COPY_BLOB }],
    ["source conditions", { sourceConditions: { ifMatch: '"0x1"' } }],
    ["destination conditions", { destinationConditions: { ifMatch: '"0x1"' } }],
    ["copy triggers", { copyTriggers: { release: "7" } }],
  ])("changes with %s", (_what, config) => {
    expect(fingerprint(config)).not.toEqual(fingerprint());
  });

  test.each<[string, Partial<BlobCopyConfig>]>([
    ["timeout", { timeout: "2h" }],
    ["wait", { wait: false }],
    ["rollback", { rollback: RollbackPolicy.ABORT_ONLY }],
    ["sourceGuard", { sourceGuard: SourceGuard.NONE }],
    ["destinationLeaseId", { destinationLeaseId: "11111111-2222-3333-4444-555555555555" }],
    ["onDestroy", { onDestroy: DestroyPolicy.DELETE }],
  ])("does not change with %s", (_what, config) => {
    expect(fingerprint(config)).toEqual(fingerprint());
  });

  test("holds nothing of the program, so that an upgrade of the library copies nothing again", () => {
    const { copy, copy_confirm: confirm, copy_result: result } = copyOf();
    const compared = [copy, confirm, result].map((resource) => [resource?.input, resource?.triggers_replace]);
    expect(JSON.stringify(compared)).not.toContain("blob-copy.js");
  });

  test("is new in each deploy when asked for", () => {
    expect(fingerprint({ recopy: RecopyPolicy.EVERY_DEPLOY })).toMatchObject({ appliedAt: "${timestamp()}" });
  });
});

describe("attributes", () => {
  test("come from the result, which waits for the copy", () => {
    const stack = testStack();
    const copy = new BlobCopy(stack, "copy", { source: SOURCE, destination: DESTINATION });
    const values = attributesOf(copy);
    new DataResource(stack, "user", { input: values });
    expect(terraformData(stack).user?.input).toEqual({
      ...expectedAttributes(values, "terraform_data.copy_result.output"),
      destinationUrl: URL,
    });
  });

  test("are read in another stack through its state, as those of any resource", () => {
    const app = Testing.app({ context });
    const first = new TerraformStack(app, "first");
    const second = new TerraformStack(app, "second");
    const copy = new BlobCopy(first, "copy", { source: SOURCE, destination: DESTINATION });
    new DataResource(second, "user", { input: { url: copy.destinationUrl } });
    app.synth();
    const outputs = (JSON.parse(Testing.synth(first)) as { output: Record<string, { value: string }> }).output;
    const [name, output] = Object.entries(outputs)[0] ?? [];
    expect(output?.value).toBe(URL);
    expect(terraformData(second).user?.input).toEqual({
      url: `\${data.terraform_remote_state.cross-stack-reference-input-first.outputs.${name}}`,
    });
  });
});

describe("dependsOn", () => {
  test("of others waits for the result; of the copy holds the copy back", () => {
    const stack = testStack();
    const before = new DataResource(stack, "before", {});
    const copy = new BlobCopy(stack, "copy", { source: SOURCE, destination: DESTINATION, dependsOn: [before] });
    new DataResource(stack, "after", { dependsOn: [copy] });
    const resources = terraformData(stack);
    expect(resources.copy?.depends_on).toEqual(["terraform_data.before"]);
    expect(resources.after?.depends_on).toEqual(["terraform_data.copy_result"]);
  });
});

describe("forEach", () => {
  test("makes every resource once per element, each referring to its own", () => {
    const stack = testStack();
    const { account } = azure(stack);
    const blobs = TerraformIterator.fromMap({ a: { from: "x" }, b: { from: "y" } });
    const copy = new BlobCopy(stack, "copy", {
      forEach: blobs,
      source: BlobSource.fromUrl(`https://models.blob.core.windows.net/release/${blobs.getString("from")}`),
      destination: BlobDestination.fromContainer({
        blobEndpoint: account.primaryBlobEndpoint,
        containerName: "models",
        blobName: blobs.key,
      }),
      onDestroy: DestroyPolicy.DELETE,
    });
    new TerraformOutput(stack, "etags", { value: copy.etag });
    const resources = terraformData(stack);
    for (const name of ["copy", "copy_confirm", "copy_result", "copy_destroy"]) {
      expect(resources[name]?.for_each).toEqual({ a: { from: "x" }, b: { from: "y" } });
    }
    expect(resources.copy?.input).toMatchObject({
      owner: 'stack/copy["${each.key}"]',
      copies: [
        { source: { url: "https://models.blob.core.windows.net/release/${each.value.from}" }, destination: { blobName: "${each.key}" } },
      ],
    });
    expect(resources.copy_confirm?.triggers_replace).toEqual(["${terraform_data.copy[each.key].id}"]);
    expect(resources.copy_result?.triggers_replace).toEqual(["${terraform_data.copy_confirm[each.key].id}"]);
    expect((resources.copy_destroy?.input as DestroyIntent).receipt.etag).toBe("${terraform_data.copy_result[each.key].output.etag}");
    expect((JSON.parse(Testing.synth(stack)) as { output: { etags: { value: string } } }).output.etags.value).toBe(
      "${{ for key, copy in terraform_data.copy_result : key => copy.output.etag }}",
    );
  });
});

describe("onDestroy", () => {
  test("leaves nothing to do at destroy by default", () => {
    expect(Object.keys(copyOf())).toEqual(["azure_blob_copy_deployment", "copy", "copy_confirm", "copy_result"]);
  });

  test.each<[string, Partial<BlobCopyConfig>, DestroyPolicy]>([
    ["DELETE", { onDestroy: DestroyPolicy.DELETE }, DestroyPolicy.DELETE],
    ["RETAIN without waiting", { wait: false }, DestroyPolicy.RETAIN],
  ])("%s hangs on a resource that only another destination replaces", (_what, config, onDestroy) => {
    const resources = copyOf({ ...config, destination: withCredential() });
    const destination = { kind: "blob", blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models", blobName: "v3.onnx" };
    expect(resources.copy_destroy?.triggers_replace).toEqual(destination);
    expect(resources.copy_destroy?.input).toEqual({
      version: 1,
      owner: "stack/copy",
      deployment: "${terraform_data.azure_blob_copy_deployment.id}",
      destination: { ...destination, credential: { kind: "sas", variable: "SAS" } },
      spelling: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      onDestroy,
      receipt: {
        etag: "${terraform_data.copy_result.output.etag}",
        copyId: "${terraform_data.copy_result.output.copyId}",
        copyStatus: "${terraform_data.copy_result.output.copyStatus}",
        versionId: "${terraform_data.copy_result.output.versionId}",
        origin: '${try(terraform_data.copy_result.output.origin, "")}',
      },
    });
    expect(localExec(resources.copy_destroy)).toMatchObject({
      when: "destroy",
      command: "destroy",
      environment: { BLOB_COPY_INTENT: "${jsonencode(self.input)}", BLOB_COPY_STATE_DIRECTORY: "${path.module}/.blobcopy" },
    });
  });

  test("knows its place by what it is, in whatever order its parts were given", () => {
    const destination = BlobDestination.fromContainer({
      blobName: "v3.onnx",
      containerName: "models",
      blobEndpoint: "https://app.blob.core.windows.net/",
    });
    const onDestroy = DestroyPolicy.DELETE;
    expect(JSON.stringify(copyOf({ destination, onDestroy }))).toBe(JSON.stringify(copyOf({ onDestroy })));
  });

  function withCredential(): BlobDestination {
    return BlobDestination.fromContainer({
      blobEndpoint: "https://app.blob.core.windows.net/",
      containerName: "models",
      blobName: "v3.onnx",
      credential: Credential.sasFromEnvironment("SAS"),
    });
  }
});

describe("the program", () => {
  test("is staged once per stack, and found from wherever Terraform runs", () => {
    const stack = testStack();
    const inner = new Construct(stack, "inner");
    for (const [scope, id] of [
      [stack, "first"],
      [stack, "second"],
      [inner, "third"],
    ] as const) {
      new BlobCopy(scope, id, { source: SOURCE, destination: BlobDestination.fromUrl(`https://app.blob.core.windows.net/models/${id}`) });
    }
    const scripts = Object.values(terraformData(stack))
      .filter(({ provisioner }) => provisioner !== undefined)
      .map((resource) => localExec(resource).interpreter)
      .map((interpreter) => /\$\{path\.module\}\/assets\/[^"]+\/blob-copy\.js/.exec(JSON.stringify(interpreter))?.[0]);
    expect(scripts).toHaveLength(6);
    expect(new Set(scripts).size).toBe(1);
    expect(scripts[0]).toMatch(/^\$\{path\.module\}\/assets\/azure-blob-copy-program/);
  });

  test("is not echoed by Terraform, which would print the whole command", () => {
    const resources = copyOf({ onDestroy: DestroyPolicy.DELETE });
    expect([resources.copy, resources.copy_confirm, resources.copy_destroy].map((resource) => localExec(resource).quiet)).toEqual([
      true,
      true,
      true,
    ]);
  });
});

test("a URL that only Terraform knows is checked by Terraform for a SAS, before it gets into state", () => {
  const stack = testStack();
  const { account } = azure(stack);
  new BlobCopy(stack, "copy", { source: BlobSource.fromUrl(`${account.primaryBlobEndpoint}release/v3.onnx`), destination: DESTINATION });
  expect(terraformData(stack).copy?.lifecycle).toEqual({
    precondition: [
      {
        condition: expect.stringMatching(
          /^\$\{terraform\.workspace != "" && !can\(regex\("\(\?i\).*sig.*", "\$\{azurerm_storage_account.account.primary_blob_endpoint\}release\/v3.onnx"\)\)\}$/,
        ) as string,
        error_message: expect.stringMatching(/^The URL of the source holds a signature.*Credential\.sasFromEnvironment/) as string,
      },
    ],
  });
});

describe("overrides", () => {
  test("of the copy reach the resource that copies", () => {
    const stack = testStack();
    const copy = new BlobCopy(stack, "copy", { source: SOURCE, destination: DESTINATION });
    copy.addOverride("input.note", "mine");
    expect(terraformData(stack).copy?.input).toMatchObject({ note: "mine", owner: "stack/copy" });
  });

  test("of the stack reach each of its resources", () => {
    const stack = testStack();
    new BlobCopy(stack, "copy", { source: SOURCE, destination: DESTINATION });
    stack.addOverride("resource.terraform_data.copy.input.note", "mine");
    stack.addOverride("resource.terraform_data.copy_result.lifecycle.prevent_destroy", true);
    const { copy, copy_result: result } = terraformData(stack);
    expect(copy?.input).toMatchObject({ note: "mine", owner: "stack/copy" });
    expect(result?.lifecycle).toMatchObject({ prevent_destroy: true, ignore_changes: ["input"] });
  });
});

test("a number of Terraform's inside a name is one in the intent", () => {
  const stack = testStack();
  const release = new TerraformVariable(stack, "release", { type: "number" });
  const copy = new BlobCopy(stack, "copy", {
    source: SOURCE,
    destination: BlobDestination.fromUrl(`https://app.blob.core.windows.net/models/v${release.numberValue}/model.onnx`),
  });
  expect((terraformData(stack)[copy.friendlyUniqueId]?.input as CopyIntent).copies[0]?.destination).toEqual({
    kind: LocationKind.URL,
    url: "https://app.blob.core.windows.net/models/v${var.release}/model.onnx",
  });
});

test("numbers with an exponent in names stay what they are", () => {
  const url = "https://app.blob.core.windows.net/models/v1e5-2e3";
  expect(intentOf({ destination: BlobDestination.fromUrl(url) }).copies[0]?.destination).toEqual({ kind: LocationKind.URL, url });
});
