import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { DataResource, Fn, Lazy, TerraformOutput, TerraformStack, TerraformVariable, Testing } from "cdktf";
import type { BlobCopySetConfig, SetCopyConfig } from "../../lib";
import {
  AccessTier,
  BlobCopySet,
  BlobDestination,
  BlobSource,
  CopyMethod,
  Credential,
  DestroyPolicy,
  ImmutabilityMode,
  OverwritePolicy,
  RecopyPolicy,
  RollbackPolicy,
  SourceGuard,
} from "../../lib";
import type { CopySet, PrefixCopies } from "../../src/intent";
import { context, localExec, realApp, terraformData, testStack } from "./support/synthesized";
import { attributesOf, expectedAttributes } from "./support/attributes";

const FROM = BlobSource.fromPrefix({ blobEndpoint: "https://models.blob.core.windows.net/", containerName: "release", prefix: "v3/" });
const TO = BlobDestination.fromPrefix({ blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models" });

function copy(name: string, more: Partial<SetCopyConfig> = {}): SetCopyConfig {
  return {
    source: BlobSource.fromUrl(`https://models.blob.core.windows.net/release/${name}`),
    destination: BlobDestination.fromContainer({
      blobEndpoint: "https://app.blob.core.windows.net/",
      containerName: "models",
      blobName: name,
    }),
    ...more,
  };
}

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

function setOf(config: BlobCopySetConfig, use: (set: BlobCopySet) => void = () => undefined) {
  const stack = testStack();
  use(new BlobCopySet(stack, "set", config));
  return terraformData(stack).set;
}

function intentOf(config: BlobCopySetConfig): { set: CopySet; [name: string]: unknown } {
  return setOf(config)?.input as { set: CopySet };
}

/** Synthesizes with a real app. Returns the resource and the lines of its file. */
function synthesized(declare: (stack: TerraformStack) => BlobCopySetConfig): {
  readonly set: CopySet;
  readonly triggers: unknown;
  readonly environment: Record<string, string>;
  readonly lines: Record<string, unknown>[];
} {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "blob-copy-set-"));
  try {
    const app = realApp(outdir);
    const stack = new TerraformStack(app, "stack");
    new BlobCopySet(stack, "set", declare(stack));
    app.synth();
    const folder = path.join(outdir, "stacks", "stack");
    const json = JSON.parse(fs.readFileSync(path.join(folder, "cdk.tf.json"), "utf8")) as {
      resource: { terraform_data: { set: { input: { set: CopySet }; triggers_replace: unknown } } };
    };
    const resource = json.resource.terraform_data.set;
    const file = resource.input.set.manifest?.file.replace("${path.module}", folder) ?? "";
    const lines = fs.readFileSync(file, "utf8").trim().split("\n");
    return {
      set: resource.input.set,
      triggers: resource.triggers_replace,
      environment: localExec(resource).environment,
      lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    };
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

describe("the intent of a set", () => {
  test("of prefixes says what was declared, and what its limits are", () => {
    expect(intentOf({ from: FROM, to: TO })).toEqual({
      version: 1,
      owner: "stack/set",
      copies: [],
      set: {
        prefixes: {
          source: { blobEndpoint: "https://models.blob.core.windows.net/", containerName: "release", prefix: "v3/" },
          destination: { blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models", prefix: "" },
          options: {},
        },
        atomic: false,
        prune: false,
        maxConcurrency: 256,
        maxFailures: 20,
        resultKeys: [],
      },
    });
  });

  test("carries every option", () => {
    const options = {
      metadata: { owner: "me" },
      copySourceTags: true,
      contentHeaders: { cacheControl: "max-age=60" },
      accessTier: AccessTier.COOL,
      overwrite: OverwritePolicy.IF_DIFFERENT,
      method: CopyMethod.PUT_BLOCK_FROM_URL,
      sourceGuard: SourceGuard.NONE,
    };
    const names = { include: ["**/*.onnx"], exclude: ["tmp/**"], rename: { "old/": "new/", a: "b" } };
    const intent = intentOf({
      from: FROM,
      to: TO,
      ...options,
      ...names,
      atomic: true,
      prune: true,
      maxConcurrency: 64,
      bandwidth: "1.5GiB/s",
      timeout: "2h",
      rollback: RollbackPolicy.RESTORE,
      recopy: RecopyPolicy.EVERY_DEPLOY,
    });
    expect(intent).toMatchObject({ timeoutMilliseconds: 7_200_000, rollback: "restore", recopy: "every-deploy" });
    expect(intent.set).toMatchObject({
      prefixes: { ...names, options },
      atomic: true,
      prune: true,
      maxConcurrency: 64,
      maxFailures: 0,
      bandwidthBytesPerSecond: 1_610_612_736,
    });
  });

  test.each([
    ["200MB/s", 200_000_000],
    ["1GiB/s", 1_073_741_824],
    ["500 kB/s", 500_000],
    ["0.5MiB/s", 524_288],
  ])("has the bandwidth %s as %d bytes a second", (bandwidth, bytes) => {
    expect(intentOf({ from: FROM, to: TO, bandwidth }).set.bandwidthBytesPerSecond).toBe(bytes);
  });

  test("takes prefixes that only Terraform knows", () => {
    const stack = testStack();
    const { account, container } = azure(stack);
    new BlobCopySet(stack, "set", {
      from: FROM,
      to: BlobDestination.fromPrefix({
        blobEndpoint: account.primaryBlobEndpoint,
        containerName: container.name,
        credential: Credential.accountKey(account.primaryAccessKey, { accountName: account.name }),
      }),
    });
    const set = terraformData(stack).set;
    expect((set?.input as { set: { prefixes: PrefixCopies } }).set.prefixes.destination).toEqual({
      blobEndpoint: "${azurerm_storage_account.account.primary_blob_endpoint}",
      containerName: "${azurerm_storage_container.container.name}",
      prefix: "",
      credential: { kind: "account-key", variable: "BLOB_COPY_SECRET_1", accountName: "${azurerm_storage_account.account.name}" },
    });
    expect(localExec(set).environment.BLOB_COPY_SECRET_1).toContain("azurerm_storage_account.account.primary_access_key");
  });
});

describe("the file of declared copies", () => {
  test("has one copy a line, with its own options and without the defaults", () => {
    const { set, lines } = synthesized(() => ({
      copies: [copy("a", { metadata: { stage: "done" }, overwrite: OverwritePolicy.NEVER }), copy("b", { key: "second" })],
    }));
    const at = { kind: "blob", blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models" };
    expect(lines).toEqual([
      {
        key: "a",
        source: { kind: "url", url: "https://models.blob.core.windows.net/release/a" },
        destination: { ...at, blobName: "a" },
        metadata: { stage: "done" },
        overwrite: "never",
      },
      {
        key: "second",
        source: { kind: "url", url: "https://models.blob.core.windows.net/release/b" },
        destination: { ...at, blobName: "b" },
      },
    ]);
    expect(set.manifest?.file).toMatch(/^\$\{path\.module\}\/assets\/set\/[0-9a-f]{32}\/copies\.ndjson$/);
    expect(set.manifest?.values).toEqual([]);
  });

  test("has indices where Terraform's values go, one for each value however many tokens there are for it", () => {
    const { set, lines } = synthesized((stack) => {
      const { account, container } = azure(stack);
      const release = new TerraformVariable(stack, "release", { type: "number" });
      return {
        copies: ["a", "b"].map((name) => ({
          source: BlobSource.fromUrl(`${account.primaryBlobEndpoint}release/v${release.numberValue}/${name}`),
          destination: BlobDestination.fromContainer({
            blobEndpoint: account.primaryBlobEndpoint,
            containerName: container.name,
            blobName: `${account.name}/${name}`,
          }),
          metadata: {
            from: `it is "${account.name}"`,
            late: Lazy.stringValue({ produce: () => "known" }),
            raw: "of ${var.release}",
            number: `${release.numberValue}`,
          },
        })),
      };
    });
    const values = set.manifest?.values ?? [];
    const joined = (text: unknown): string =>
      Array.isArray(text) ? text.map((part: unknown) => (typeof part === "number" ? values[part] : String(part))).join("") : String(text);
    const [first, second] = lines as Record<"source" | "destination" | "metadata", Record<string, unknown>>[];
    expect(first?.destination.blobEndpoint).toEqual(second?.destination.blobEndpoint);
    expect(first?.destination.blobName).toEqual([values.indexOf("${azurerm_storage_account.account.name}"), "/a"]);
    expect(new Set(values).size).toBe(values.length);
    expect(joined(first?.source.url)).toBe("${azurerm_storage_account.account.primary_blob_endpoint}release/v${var.release}/a");
    expect(joined(first?.destination.containerName)).toBe("${azurerm_storage_container.container.name}");
    expect(joined(first?.metadata.from)).toBe('it is "${azurerm_storage_account.account.name}"');
    expect(joined(first?.metadata.raw)).toBe("of ${var.release}");
    expect(joined(first?.metadata.number)).toBe("${tostring(var.release)}");
    expect(first?.metadata.late).toBe("known");
    expect(lines.map(({ key }) => key)).toEqual(["0", "1"]);
  });

  test("names a secret of Terraform's once, however often it is used", () => {
    const { lines, environment } = synthesized((stack) => {
      const { account } = azure(stack);
      const at = (name: string) =>
        BlobDestination.fromContainer({
          blobEndpoint: "https://app.blob.core.windows.net/",
          containerName: "models",
          blobName: name,
          credential: Credential.accountKey(account.primaryAccessKey, { accountName: "app" }),
        });
      return { copies: ["a", "b"].map((name) => copy(name, { destination: at(name) })) };
    });
    expect(lines.map(({ destination }) => (destination as { credential: unknown }).credential)).toEqual(
      Array(2).fill({ kind: "account-key", variable: "BLOB_COPY_SECRET_1", accountName: "app" }),
    );
    expect(Object.keys(environment).filter((name) => name.startsWith("BLOB_COPY_SECRET_"))).toEqual(["BLOB_COPY_SECRET_1"]);
  });

  test("is the only one of its set beside the configuration, also after another synth", () => {
    const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "blob-copy-set-"));
    try {
      for (const name of ["a", "b"]) {
        const app = realApp(outdir);
        new BlobCopySet(new TerraformStack(app, "stack"), "set", { copies: [copy(name)] });
        app.synth();
      }
      const files = fs.readdirSync(path.join(outdir, "stacks", "stack", "assets", "set"), { recursive: true, encoding: "utf8" });
      expect(files.filter((file) => file.endsWith(".ndjson"))).toHaveLength(1);
    } finally {
      fs.rmSync(outdir, { recursive: true });
    }
  });
});

describe("the fingerprint of a set", () => {
  const fingerprint = (config: BlobCopySetConfig, use?: (set: BlobCopySet) => void) => setOf(config, use)?.triggers_replace;
  const copies = [copy("a"), copy("b")];

  test.each<[string, BlobCopySetConfig]>([
    ["a copy more", { copies: [...copies, copy("c")] }],
    ["another destination", { copies: [copy("a"), copy("b", { destination: copy("c").destination, key: "b" })] }],
    ["another option of one copy", { copies: [copy("a"), copy("b", { tags: { stage: "done" } })] }],
    ["copy triggers", { copies, copyTriggers: { release: "7" } }],
  ])("of declared copies changes with %s", (_what, config) => {
    expect(fingerprint(config)).not.toEqual(fingerprint({ copies }));
  });

  // Maps of other languages do not have an order, or have another one each time: Map.of of Java, a
  // map of Go.
  test.each<[string, Partial<SetCopyConfig>, Partial<SetCopyConfig>]>([
    ["metadata", { metadata: { a: "1", b: "2" } }, { metadata: { b: "2", a: "1" } }],
    ["tags", { tags: { a: "1", b: "2" } }, { tags: { b: "2", a: "1" } }],
    ["values that only Terraform knows", { metadata: { a: "${var.a}", b: "${var.b}" } }, { metadata: { b: "${var.b}", a: "${var.a}" } }],
    [
      "content headers",
      { contentHeaders: { contentType: "text/plain", cacheControl: "no-cache" } },
      { contentHeaders: { cacheControl: "no-cache", contentType: "text/plain" } },
    ],
    [
      "an immutability policy",
      { immutabilityPolicy: { mode: ImmutabilityMode.UNLOCKED, until: "2030-01-02T03:04:05Z" } },
      { immutabilityPolicy: { until: "2030-01-02T03:04:05Z", mode: ImmutabilityMode.UNLOCKED } },
    ],
  ])("of declared copies stays as it is, and so does their file, in whatever order the names of %s are", (_what, one, other) => {
    const made = [one, other].map((options) => setOf({ copies: [copy("a", options)] }));
    expect(made[0]).toBeDefined();
    expect(JSON.stringify(made[1])).toBe(JSON.stringify(made[0]));
  });

  test.each<[string, BlobCopySetConfig]>([
    ["their order", { copies: [...copies].reverse() }],
    ["a key", { copies: [copy("a"), copy("b", { key: "second" })] }],
    ["a source guard", { copies: [copy("a"), copy("b", { sourceGuard: SourceGuard.NONE })] }],
    [
      "a credential",
      {
        copies: [
          copy("a"),
          copy("b", {
            source: BlobSource.fromUrl("https://models.blob.core.windows.net/release/b", {
              credential: Credential.sasFromEnvironment("SAS"),
            }),
          }),
        ],
      },
    ],
    ["limits and files", { copies, maxConcurrency: 8, maxFailures: 1, bandwidth: "1MB/s", report: "report.html", timeout: "5h" }],
  ])("of declared copies does not change with %s", (_what, config) => {
    expect(fingerprint(config)).toEqual(fingerprint({ copies }));
  });

  test.each<[string, Partial<BlobCopySetConfig>]>([
    ["include", { include: ["**/*.onnx"] }],
    ["exclude", { exclude: ["tmp/**"] }],
    ["rename", { rename: { a: "b" } }],
    ["prune", { prune: true, copyTriggers: { release: "1" } }],
    ["metadata", { metadata: { owner: "me" } }],
    ["the destination", { to: BlobDestination.fromPrefix({ blobEndpoint: "https://app.blob.core.windows.net/", containerName: "other" }) }],
  ])("of prefixes changes with %s", (_what, config) => {
    expect(fingerprint({ from: FROM, to: TO, ...config })).not.toEqual(fingerprint({ from: FROM, to: TO }));
  });

  test("changes with the results that are asked for, whatever their order", () => {
    const ask =
      (...keys: string[]) =>
      (set: BlobCopySet) =>
        keys.forEach((key) => set.result(key));
    expect(fingerprint({ copies }, ask("a", "b"))).toEqual(fingerprint({ copies }, ask("b", "a", "b")));
    expect(fingerprint({ copies }, ask("a"))).not.toEqual(fingerprint({ copies }));
  });

  test("is new in each deploy when asked for", () => {
    expect(fingerprint({ copies, recopy: RecopyPolicy.EVERY_DEPLOY })).toMatchObject({ appliedAt: "${timestamp()}" });
  });

  test("holds no path of the machine that synthesized", () => {
    const set = setOf({ copies, manifestOut: "out/copied.ndjson", report: "copy-report.html" });
    expect(JSON.stringify(set?.triggers_replace)).not.toContain(os.tmpdir());
    expect(JSON.stringify(set?.triggers_replace)).not.toContain("copies.ndjson");
  });
});

describe("results of a set", () => {
  test("come from the resource that waits for it", () => {
    const stack = testStack();
    const set = new BlobCopySet(stack, "set", { copies: [copy("a")] });
    const { total, copied, skipped, failed, pruned, bytesCopied, completedOn } = set;
    const values = { total, copied, skipped, failed, pruned, bytesCopied, completedOn };
    new DataResource(stack, "user", { input: values, dependsOn: [set] });
    const { user } = terraformData(stack);
    expect(user?.input).toEqual(
      Object.fromEntries(Object.keys(values).map((name) => [name, `\${terraform_data.set_result.output.${name}}`])),
    );
    expect(user?.depends_on).toEqual(["terraform_data.set_result"]);
  });

  test("of one copy are the values that a copy of its own has", () => {
    const stack = testStack();
    const set = new BlobCopySet(stack, "set", { copies: [copy("dir/a"), copy("other")] });
    const values = attributesOf(set.result("dir/a"));
    new DataResource(stack, "user", { input: values });
    const resources = terraformData(stack);
    expect(resources.user?.input).toEqual({
      ...expectedAttributes(values, 'terraform_data.set_result.output.results["dir/a"]'),
      destinationUrl: '${["https://app.blob.core.windows.net/models/dir/a", terraform_data.set_result.id][0]}',
    });
    expect((resources.set?.input as { set: CopySet }).set.resultKeys).toEqual(["dir/a"]);
  });

  test("of a name below the prefix can be asked for without declaring it", () => {
    const set = setOf({ from: FROM, to: TO }, (declared) => declared.result('say "hi" to %{nobody}'));
    expect((set?.input as { set: CopySet }).set.resultKeys).toEqual(['say "hi" to %%{nobody}']);
  });

  test("are read in another stack through its state, as those of any resource", () => {
    const app = Testing.app({ context });
    const first = new TerraformStack(app, "first");
    const second = new TerraformStack(app, "second");
    const set = new BlobCopySet(first, "set", { copies: [copy("a")] });
    new TerraformOutput(second, "etag", { value: set.result("a").etag });
    app.synth();
    const { output } = JSON.parse(Testing.synth(first)) as { output: Record<string, { value: string }> };
    expect(Object.values(output).map(({ value }) => value)).toEqual(['${terraform_data.set_result.output.results["a"].etag}']);
  });

  test("can use values of another stack", () => {
    const app = Testing.app({ context });
    const first = new TerraformStack(app, "first");
    const second = new TerraformStack(app, "second");
    const { account } = azure(first);
    new BlobCopySet(second, "set", {
      copies: ["a", "b"].map((name) =>
        copy(name, {
          destination: BlobDestination.fromContainer({
            blobEndpoint: account.primaryBlobEndpoint,
            containerName: "models",
            blobName: name,
          }),
        }),
      ),
    });
    app.synth();
    expect((terraformData(second).set?.input as { set: CopySet }).set.manifest?.values).toEqual([
      expect.stringMatching(/^\$\{data\.terraform_remote_state\.cross-stack-reference-input-first\.outputs\.\S+\}$/),
    ]);
  });
});

describe("files of a set", () => {
  test("are found from the folder of the project, wherever that is", () => {
    const outdir = path.resolve("cdktf.out");
    const isThere = fs.existsSync(outdir);
    const stack = new TerraformStack(realApp(outdir), "stack");
    try {
      new BlobCopySet(stack, "set", { copies: [copy("a")], manifestOut: "out/copied.ndjson", report: "copy-report.html" });
      expect((terraformData(stack).set?.input as { set: CopySet }).set).toMatchObject({
        manifestOut: "../../../out/copied.ndjson",
        report: "../../../copy-report.html",
      });
    } finally {
      if (!isThere) fs.rmSync(outdir, { recursive: true });
    }
  });

  test("are where they are declared to be when their path is absolute, or only Terraform knows it", () => {
    const set = setOf({ copies: [copy("a")], manifestOut: "/var/log/copied.ndjson", report: "${path.root}/report.html" });
    expect((set?.input as { set: CopySet }).set).toMatchObject({
      manifestOut: "/var/log/copied.ndjson",
      report: "${path.root}/report.html",
    });
  });
});

test("URLs that only Terraform knows are checked by Terraform for a SAS, all at once", () => {
  const set = synthesizedPrecondition();
  expect(set).toEqual([
    {
      condition: expect.stringMatching(
        /^\$\{terraform\.workspace != "" && !can\(regex\("\(\?i\).*sig.*", join\(" ", \["\$\{azurerm_storage_account.account.primary_blob_endpoint\}"\]\)\)\)\}$/,
      ) as string,
      error_message: expect.stringMatching(/^The URL of a source or destination holds a signature, a token or a password/) as string,
    },
  ]);

  function synthesizedPrecondition(): unknown {
    const stack = testStack();
    const { account } = azure(stack);
    const copies = ["a", "b"].map((name) =>
      copy(name, { source: BlobSource.fromUrl(`${account.primaryBlobEndpoint}release/${name}`), metadata: { of: Fn.upper(account.name) } }),
    );
    new BlobCopySet(stack, "set", { copies });
    return (terraformData(stack).set?.lifecycle as { precondition: unknown }).precondition;
  }
});

test("overrides reach the resource that runs the set", () => {
  const stack = testStack();
  new BlobCopySet(stack, "set", { from: FROM, to: TO }).addOverride("input.note", "mine");
  expect(terraformData(stack).set?.input).toMatchObject({ note: "mine", owner: "stack/set" });
});

describe("onDestroy", () => {
  const resourcesOf = (config: Partial<BlobCopySetConfig>) => {
    const stack = testStack();
    const before = new DataResource(stack, "role", {});
    new BlobCopySet(stack, "set", { from: FROM, to: TO, dependsOn: [before], ...config });
    return terraformData(stack);
  };

  it("leaves nothing to do at destroy by default", () => {
    for (const config of [{}, { onDestroy: DestroyPolicy.RETAIN }]) expect(resourcesOf(config)).not.toHaveProperty("set_destroy");
  });

  it("hangs on a resource that only another place replaces, and that a failed set has, too", () => {
    const { set, set_destroy: destroy } = resourcesOf({ onDestroy: DestroyPolicy.DELETE });
    const destination = { blobEndpoint: "https://app.blob.core.windows.net/", containerName: "models", prefix: "" };
    expect(set?.input).toMatchObject({ set: { onDestroy: "delete", prune: false } });
    expect(destroy).toMatchObject({
      triggers_replace: destination,
      depends_on: ["terraform_data.role"],
      input: {
        version: 1,
        owner: "stack/set",
        deployment: "${terraform_data.azure_blob_copy_deployment.id}",
        spelling: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        set: { destination },
      },
    });
    expect(JSON.stringify(destroy)).not.toContain("terraform_data.set");
    expect(localExec(destroy)).toMatchObject({ when: "destroy", command: "destroy" });
    expect(localExec(destroy).environment).toHaveProperty("BLOB_COPY_DECLARED");
  });
});
