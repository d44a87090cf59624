/**
 * `npm run example -- NAME`: deploys an example against two storage accounts in Azurite, shows its
 * outputs and the blobs at the destination, and destroys it. Against your own accounts, deploy the
 * same file with `cdktf deploy`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAzurite, type Azurite } from "../../test/support/azurite";
import { terraformEnvironment } from "../../test/support/terraform/terraform";
import { WITHOUT_AZURITE, prepare, snapshotFor } from "./world";

const examples = join(__dirname, "../../examples");
const names = readdirSync(examples, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const name = process.argv[2] ?? "";

async function main(): Promise<void> {
  if (!names.includes(name)) throw new Error(`no example is named "${name}": use ${names.join(", ")}`);
  if (name === "aws-cdk") throw new Error("aws-cdk is deployed by CloudFormation: see its template with npx tsx examples/aws-cdk/main.ts");
  const why = WITHOUT_AZURITE[name];
  if (why !== undefined) throw new Error(`${name} needs ${why}, which Azurite does not have: deploy it against accounts of your own`);
  if (!existsSync(join(__dirname, "../../dist/program/blob-copy.js"))) throw new Error("build first: npm run build");
  const outdir = mkdtempSync(join(tmpdir(), "blob-copy-example-"));
  const azurite = await startAzurite();
  try {
    const given = { ...(await prepare(azurite)), ...(await snapshotFor(name, azurite)), CDKTF_OUTDIR: outdir };
    run(process.execPath, [require.resolve("tsx/cli"), join(examples, name, "main.ts")], outdir, given);
    const stack = join(outdir, "stacks", name);
    run("terraform", ["init", "-input=false"], stack, given);
    run("terraform", ["apply", "-auto-approve", "-input=false"], stack, given);
    await showDestination(azurite);
    run("terraform", ["destroy", "-auto-approve", "-input=false"], stack, given);
  } finally {
    await azurite.stop();
    rmSync(outdir, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], cwd: string, environment: Readonly<Record<string, string>>): void {
  console.log(`\n$ ${command === process.execPath ? `tsx examples/${name}/main.ts` : [command, ...args].join(" ")}`);
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit", env: terraformEnvironment(environment) });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with exit code ${String(status)}: its output above says why`);
}

async function showDestination({ destination: { service } }: Azurite): Promise<void> {
  console.log("\nIn the destination account:");
  for await (const { name: container } of service.listContainers())
    for await (const blob of service.getContainerClient(container).listBlobsFlat())
      console.log(`  ${container}/${blob.name}  ${String(blob.properties.contentLength ?? 0)} bytes`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
