/**
 * The main use, end to end with real tools: two storage accounts in Azurite, `cdktf deploy` of
 * examples/quickstart, a check of the copies, a second deploy without changes, `cdktf destroy`.
 * Cleans up after itself, also after Ctrl-C.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BlobGetPropertiesResponse, BlockBlobClient } from "@azure/storage-blob";
import { startAzurite, type Azurite } from "../test/support/azurite";
import { terraformEnvironment } from "../test/support/terraform/terraform";

/**
 * The program's rollback continues for a moment after Terraform has exited, and needs the service.
 */
const ROLLBACK_MILLISECONDS = 3_000;

const repository = join(__dirname, "..");

const model = {
  content: randomBytes(32 * 1024 * 1024),
  options: {
    blobHTTPHeaders: { blobContentType: "application/octet-stream", blobCacheControl: "no-transform" },
    metadata: { framework: "onnx", trainedon: "2026-11-02" },
  },
};
const labels = {
  content: Buffer.from(JSON.stringify({ 0: "cat", 1: "dog" })),
  options: { blobHTTPHeaders: { blobContentType: "application/json", blobContentLanguage: "en" }, metadata: { reviewed: "yes" } },
};

let running: ChildProcess | undefined;
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    interrupted = true;
    // Ctrl-C sends SIGINT to the whole process group.
    if (signal !== "SIGINT") running?.kill(signal);
  });
}

async function main(): Promise<void> {
  if (spawnSync("terraform", ["version"], { stdio: "ignore" }).status !== 0) {
    throw new Error("the demo needs terraform on the PATH: see https://developer.hashicorp.com/terraform/install");
  }
  const project = mkdtempSync(join(tmpdir(), "blob-copy-demo-"));
  say("Starting Azurite with two storage accounts, in memory");
  const azurite = await startAzurite();
  try {
    await demonstrate(azurite, project);
  } finally {
    if (interrupted) await sleep(ROLLBACK_MILLISECONDS);
    await azurite.stop();
    rmSync(project, { recursive: true, force: true });
  }
}

async function demonstrate(azurite: Azurite, project: string): Promise<void> {
  say(
    `Putting model.onnx (${(model.content.length / 2 ** 20).toFixed(0)} MiB) and labels.json into ${azurite.source.blobEndpoint}/release`,
  );
  const release = azurite.source.service.getContainerClient("release");
  const models = azurite.destination.service.getContainerClient("models");
  await Promise.all([release.create(), models.create()]);
  await release.getBlockBlobClient("v3/model.onnx").uploadData(model.content, model.options);
  await release.getBlockBlobClient("v3/labels.json").uploadData(labels.content, labels.options);

  const environment = {
    SOURCE_BLOB_ENDPOINT: azurite.source.blobEndpoint,
    SOURCE_CONNECTION_STRING: azurite.source.connectionString,
    DESTINATION_BLOB_ENDPOINT: azurite.destination.blobEndpoint,
    DESTINATION_CONNECTION_STRING: azurite.destination.connectionString,
  };
  const tsx = `"${process.execPath}" "${require.resolve("tsx/cli")}"`;
  writeFileSync(
    join(project, "cdktf.json"),
    JSON.stringify({
      language: "typescript",
      app: `${tsx} "${join(repository, "examples/quickstart/main.ts")}"`,
      sendCrashReports: "false",
    }),
  );

  await cdktf("deploy", project, environment);

  say("Reading the destination back");
  await checkCopied(models.getBlockBlobClient("current.onnx"), model, {
    cacheControl: "no-transform",
    contentType: "application/octet-stream",
  });
  await checkCopied(models.getBlockBlobClient("labels.json"), labels, {
    cacheControl: "max-age=60",
    contentType: "application/json",
    contentLanguage: "en",
  });
  console.log("current.onnx and labels.json: bytes, headers and metadata are there");

  const second = await cdktf("deploy", project, environment);
  assert.match(second, /No changes/, "the second deploy must have nothing to do");

  await cdktf("destroy", project, environment);
  assert.ok(await models.getBlockBlobClient("current.onnx").exists(), "destroy keeps the blobs, unless the declaration says otherwise");
  say("Done: copied, checked, deployed again without changes, destroyed");
}

async function checkCopied(blob: BlockBlobClient, expected: typeof model | typeof labels, headers: Partial<BlobGetPropertiesResponse>) {
  assert.ok(expected.content.equals(await blob.downloadToBuffer()), "the copy must have the source's bytes");
  const properties = await blob.getProperties();
  assert.deepEqual(properties.metadata, expected.options.metadata);
  assert.deepEqual({ ...properties, ...headers }, properties);
}

/** Runs the CLI as a user does, streams its output, and returns it. */
function cdktf(command: "deploy" | "destroy", project: string, environment: Record<string, string>): Promise<string> {
  if (interrupted) throw new Error("interrupted");
  // The terminal library of cdktf-cli does not have a binary for Node 24 and later.
  const node24 = Number(process.versions.node.split(".")[0]) >= 24;
  const cli = node24 ? "cdktn-cli/bundle/bin/cdktn.js" : "cdktf-cli/bundle/bin/cdktf.js";
  say(`${node24 ? "cdktn" : "cdktf"} ${command} --auto-approve`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [require.resolve(cli), command, "--auto-approve"], {
      cwd: project,
      // CI: whole lines instead of a redrawn screen.
      env: { ...terraformEnvironment(environment), CI: "true" },
      stdio: ["inherit", "pipe", "inherit"],
    });
    running = child;
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      process.stdout.write(text);
    });
    child.once("error", reject);
    child.once("close", (exitCode, signal) => {
      running = undefined;
      if (exitCode === 0 && !interrupted) resolve(output);
      else reject(new Error(`${command} ended with ${signal ?? `exit code ${String(exitCode)}`}: its output above says why`));
    });
  });
}

function say(text: string): void {
  console.log(`\n=== ${text}`);
}

main().catch((error: unknown) => {
  console.error(`\n=== The demo failed: ${interrupted ? "interrupted" : error instanceof Error ? error.message : String(error)}`);
  process.exitCode = interrupted ? 130 : 1;
});
