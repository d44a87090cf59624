import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App, TerraformStack, Testing } from "cdktf";
import "../../support/terraform/ask-version-once";

/**
 * A stand-in for the provisioner program. It prints its input and writes a receipt, without
 * copying. For a set it also writes the copies.
 */
const PROGRAM = `
const fs = require("node:fs");
const path = require("node:path");
const [action] = process.argv.slice(2);
const environment = process.env;
const intent = JSON.parse(environment.BLOB_COPY_INTENT);
const state = environment.BLOB_COPY_STATE_DIRECTORY;
const secrets = Object.keys(environment).filter((name) => name.startsWith("BLOB_COPY_SECRET_"));
console.log("PROGRAM " + JSON.stringify({ action, intent, secrets, lengths: secrets.map((name) => environment[name].length) }));
fs.appendFileSync("runs.ndjson", JSON.stringify({ action, deployment: environment.BLOB_COPY_DEPLOYMENT ?? "", intent, secrets: secrets.map((name) => environment[name]) }) + "\\n");
if (fs.existsSync("fail")) process.exit(1);
const one = (destination) => ({
  version: 1, destinationUrl: destination.url ?? "https://destination.example/" + destination.blobName,
  etag: '"0x' + environment.BLOB_COPY_RECEIPT_ID.slice(0, 8) + '"', versionId: "", copyId: "c-1", copyStatus: "success", bytesCopied: 42,
  lastModified: "2026-11-23T00:00:00.000Z", contentMd5: "", method: "put-blob-from-url", completedOn: "2026-11-23T00:00:00.000Z", sourceEtag: "",
});
const set = ({ manifest, resultKeys, report }) => {
  const text = (value) => Array.isArray(value) ? value.map((part) => typeof part === "number" ? manifest.values[part] : part).join("") : value;
  const joined = (value) => typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, joined(item)])) : text(value);
  const copies = manifest ? fs.readFileSync(manifest.file, "utf8").trim().split("\\n").map((line) => joined(JSON.parse(line))) : [];
  fs.appendFileSync("copies.ndjson", copies.map((copy) => JSON.stringify(copy) + "\\n").join(""));
  if (report) fs.writeFileSync(report, "<html>");
  return {
    version: 1, total: copies.length, copied: copies.length, skipped: 0, failed: 0, pruned: 0, bytesCopied: 42 * copies.length,
    completedOn: "2026-11-23T00:00:00.000Z",
    results: Object.fromEntries(resultKeys.map((key) => [key, one(copies.find((copy) => copy.key === key)?.destination ?? { blobName: key })])),
  };
};
if (action === "apply") {
  const receipt = intent.set ? set(intent.set) : one(intent.copies[0].destination);
  fs.mkdirSync(state, { recursive: true });
  fs.writeFileSync(path.join(state, environment.BLOB_COPY_RECEIPT_ID + ".json"), JSON.stringify(receipt));
}
`;

/** Folder with the stand-in, made once per test file. */
export function fakeProgram(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "blob-copy-program-"));
  fs.writeFileSync(path.join(folder, "blob-copy.js"), PROGRAM);
  return folder;
}

const PROGRAM_FOLDER = fakeProgram();
process.once("exit", () => fs.rmSync(PROGRAM_FOLDER, { recursive: true, force: true }));

export const context = { "cdktf-azure-blob-copy/program": PROGRAM_FOLDER };

/** A stack of a test app, named `stack`. */
export function testStack(name = "stack"): TerraformStack {
  return new TerraformStack(Testing.app({ context }), name);
}

/** An app that really synthesizes, into `outdir`. */
export function realApp(outdir: string): App {
  return new App({ outdir, context });
}

export interface Block {
  readonly [name: string]: unknown;
}

/** The `terraform_data` resources of a stack by name, after running all validations. */
export function terraformData(stack: TerraformStack): Record<string, Block> {
  const json = JSON.parse(Testing.synth(stack, true)) as { resource: { terraform_data: Record<string, Block> } };
  return json.resource.terraform_data;
}

/** Arguments of the only provisioner of a resource. */
export function localExec(resource: Block | undefined): {
  interpreter: unknown;
  command: string;
  environment: Record<string, string>;
  quiet: boolean;
  when?: string;
} {
  const [provisioner] = resource?.provisioner as { "local-exec": ReturnType<typeof localExec> }[];
  if (provisioner === undefined) throw new Error("the resource has no provisioner");
  return provisioner["local-exec"];
}

/**
 * Messages of a real synth of a stack, one per line. It includes the preparation before the
 * validations, which `Testing.synth` leaves out. Other errors than a report of problems are
 * rethrown.
 */
export function problemsOf(stack: TerraformStack): string[] {
  try {
    App.of(stack).synth();
    return [];
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("Validation failed with the following errors:\n")) throw error;
    const [, ...lines] = (error.message.split("\n\n")[0] ?? "").split("\n");
    return lines.map((line) => line.trim());
  }
}
