/**
 * Installs the packed package with the oldest and the newest supported version of each framework,
 * and synthesizes one app with each. Fails if the results differ. Needs `npm run build` and the
 * registry.
 *
 * Usage: `npm run peers`
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname ?? ".", "..");
const { peerDependencies: ranges } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const isWindows = process.platform === "win32";

/**
 * Each framework with the entry of this package, the app, and the oldest `constructs` that both
 * accept. npm chooses the newest.
 */
const FRAMEWORKS = [
  { framework: "cdktf", entry: "cdktf-azure-blob-copy", app: terraformApp, oldestConstructs: lowest(ranges.constructs) },
  { framework: "cdktn", entry: "cdktf-azure-blob-copy/cdktn", app: terraformApp, oldestConstructs: "10.6.0" },
  { framework: "aws-cdk-lib", entry: "cdktf-azure-blob-copy/aws-cdk", app: cloudFormationApp, oldestConstructs: lowest(ranges.constructs) },
];

const work = mkdtempSync(join(tmpdir(), "blob-copy-peers-"));
try {
  const tarball = join(work, JSON.parse(npm(["pack", "--json", "--pack-destination", work], root))[0].filename);
  for (const { framework, entry, app, oldestConstructs } of FRAMEWORKS) {
    const made = ["oldest", "newest"].map((age) => {
      const folder = join(work, `${framework}-${age}`);
      mkdirSync(folder);
      writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "app", version: "1.0.0", private: true }));
      writeFileSync(join(folder, "main.js"), app(framework, entry));
      const peers =
        age === "oldest"
          ? [`${framework}@${lowest(ranges[framework])}`, `constructs@${oldestConstructs}`]
          : [`${framework}@${ranges[framework]}`];
      npm(["install", "--no-audit", "--no-fund", ...peers, tarball], folder);
      execFileSync(process.execPath, ["main.js"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
      const versions = [framework, "constructs"].map((name) => `${name} ${versionIn(folder, name)}`).join(", ");
      return { versions, text: synthesized(folder) };
    });
    const isSame = made[0].text === made[1].text;
    console.log(`${made.map(({ versions }) => versions).join(" and ")}: ${isSame ? "the same" : "NOT the same"}`);
    if (!isSame) process.exitCode = 1;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function lowest(range) {
  return /\d+\.\d+\.\d+/.exec(range)[0];
}

function npm(args, cwd) {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], shell: isWindows });
}

function versionIn(folder, name) {
  return JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;
}

/**
 * Only the synthesized resources of this package, without the framework's own and without the
 * folder's name.
 */
function synthesized(folder) {
  const out = join(folder, "out");
  const files = readdirSync(out, { recursive: true }).filter((name) => /(?:cdk\.tf|template)\.json$|\.ndjson$/.test(name));
  if (files.length === 0) throw new Error(`nothing was synthesized in ${folder}`);
  const texts = files.sort().map((name) => readFileSync(join(out, name), "utf8"));
  return texts
    .map((text) => (/^[\s]*\{[^]*\}\s*$/.test(text) && !text.includes("}\n{") ? JSON.stringify(ours(JSON.parse(text))) : text))
    .join("\n");
}

function ours({ resource, output, Resources }) {
  if (Resources === undefined) return { resource, output };
  return Object.values(Resources).filter(({ Type }) => Type.startsWith("Custom::AzureBlobCopy"));
}

function terraformApp(framework, entry) {
  return `
    const { App, DataResource, TerraformIterator, TerraformOutput, TerraformStack, TerraformVariable } = require("${framework}");
    const { BlobCopy, BlobCopySet, BlobDestination, BlobSource, Credential, DestroyPolicy, RecopyPolicy } = require("${entry}");
    const app = new App({ outdir: "out" });
    const stack = new TerraformStack(app, "stack");
    const secret = new TerraformVariable(stack, "secret", { type: "string", sensitive: true });
    const each = TerraformIterator.fromList(["a", "b"]);
    const at = (account, blobName) => ({ blobEndpoint: "https://" + account + ".blob.core.windows.net/", containerName: "data", blobName });
    const copy = new BlobCopy(stack, "copy", {
      source: BlobSource.fromUrl("https://source.blob.core.windows.net/data/b", { credential: Credential.sas(secret.stringValue) }),
      destination: BlobDestination.fromContainer(at("destination", "b")),
      onDestroy: DestroyPolicy.DELETE,
      recopy: RecopyPolicy.EVERY_DEPLOY,
    });
    copy.moveFromId("earlier");
    new BlobCopy(stack, "each", {
      forEach: each,
      source: BlobSource.fromContainer(at("source", each.value)),
      destination: BlobDestination.fromContainer(at("destination", each.value)),
      dependsOn: [copy],
    });
    const prefix = (account) => ({ blobEndpoint: at(account).blobEndpoint, containerName: "data", prefix: "v3/" });
    const set = new BlobCopySet(stack, "set", {
      from: BlobSource.fromPrefix(prefix("source")),
      to: BlobDestination.fromPrefix(prefix("destination")),
      prune: true,
      recopy: RecopyPolicy.EVERY_DEPLOY,
    });
    const list = new BlobCopySet(stack, "list", {
      copies: [{ key: "k", source: BlobSource.fromContainer(at("source", "k")), destination: BlobDestination.fromContainer(at("destination", "k")) }],
    });
    list.addOverride("provisioner.0.local-exec.environment.EXTRA", "1");
    new DataResource(stack, "user", { input: { etag: copy.etag, total: set.total }, dependsOn: [set] });
    new TerraformOutput(stack, "one", { value: list.result("k").etag });
    app.synth();
  `;
}

function cloudFormationApp(framework, entry) {
  return `
    const { App, CfnOutput, Stack } = require("${framework}");
    const { Secret } = require("${framework}/aws-secretsmanager");
    const { BlobCopy, BlobDestination, BlobSource, Credential } = require("${entry}");
    const app = new App({ outdir: "out" });
    const stack = new Stack(app, "stack");
    const copy = new BlobCopy(stack, "copy", {
      source: BlobSource.fromUrl("https://source.blob.core.windows.net/data/b"),
      destination: BlobDestination.fromUrl("https://destination.blob.core.windows.net/data/b", {
        credential: Credential.fromSecretsManager(Secret.fromSecretNameV2(stack, "key", "key")),
      }),
    });
    new CfnOutput(stack, "etag", { value: copy.etag });
    app.synth();
  `;
}
