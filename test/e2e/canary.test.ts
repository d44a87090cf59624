import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fn, TerraformOutput, type TerraformStack, Token } from "cdktf";
import { BlobCopy, BlobCopySet, BlobDestination, BlobSource, CopyMethod, Credential } from "../../lib";
import { eventually, Program, type ProgramResult } from "../program/program";
import { Canaries } from "../support/canary/canaries";
import { CommandLines } from "../support/canary/command-lines";
import { SignInWorld } from "../support/sign-in";
import { PFX_PASSWORD } from "../support/sign-in/sign-in-world";
import { CdktfProject } from "../support/terraform/cdktf-project";
import { describeWithTerraform } from "../support/terraform/terraform";

jest.setTimeout(300_000);

/** The customer-provided encryption key. */
const ENCRYPTION_KEY = randomBytes(32).toString("base64");
const PROXY_PASSWORD = "password-of-the-proxy";
const DEFAULT = { kind: "default-azure-credential" };

let world: SignInWorld;
let canaries: Canaries;
let commandLines: CommandLines;
beforeAll(async () => {
  world = await SignInWorld.start();
  const { service } = world;
  // The worst case: the service shows the source of a copy with its signature.
  service.script.ways.choose("copy-source-is-shown", "with its signature");
  for (const name of ["a", "b", "c", "d"]) service.account("source").putBlob("data", name, { content: `content of ${name}` });
  service.account("dest").createContainer("data");
  // Watches guardians and their child processes.
  commandLines = new CommandLines({ environmentsOf: ["guardian.js", world.file("bin")] });
});
afterAll(async () => {
  commandLines.stop();
  await world.stop();
});

/**
 * Finds secrets in environments. The program passes secrets by the channel, so only the proxy's
 * password, which the Azure CLI needs, may be there.
 */
function foundInEnvironments(canaries: Canaries): string[] {
  // Other tests also have guardians.
  const ours = [...commandLines.environments].filter(([, environment]) => environment.includes(world.folder));
  expect(ours.map(([line]) => line)).toEqual(expect.arrayContaining([expect.stringContaining("guardian.js")]));
  const found = ours.flatMap(([line, environment]) => canaries.found(`environment of ${line}`, environment));
  return found.filter((leak) => !leak.startsWith("password of the proxy"));
}

/** All secrets so far. Tokens are searched by their signatures, which are unique. */
function secretsOf(sas: readonly string[]): Canaries {
  const { application, theirApplication, issuer, entra, service } = world;
  const signatures = (tokens: readonly string[]) => tokens.map((token) => token.slice(token.lastIndexOf(".") + 1));
  const found = new Canaries();
  found.add("account key", service.account("source").key, service.account("dest").key);
  found.add("SAS signature", ...sas.map((one) => new URLSearchParams(one).get("sig") ?? ""));
  found.add("client secret", application.secret, theirApplication.secret);
  found.add("certificate password", PFX_PASSWORD);
  found.add("private key", ...world.certificate.pem.split("\n").slice(1, 12));
  found.add("token of the issuer", issuer.requestToken, ...signatures(issuer.issued));
  found.add("bearer token", ...signatures(entra.issued));
  found.add("password of the proxy", PROXY_PASSWORD);
  found.add("encryption key", ENCRYPTION_KEY, createHash("sha256").update(Buffer.from(ENCRYPTION_KEY, "base64")).digest("base64"));
  // Signatures that the program has made, as the service received them.
  const made = service.requests.flatMap(({ headers }) => /[?&]sig=([^&]+)/.exec(String(headers["x-ms-copy-source"]))?.[1] ?? []);
  found.add("signature that was made", ...new Set(made.map(decodeURIComponent)));
  return found;
}

const surroundings = () => ({
  ...world.surroundings,
  HTTPS_PROXY: world.proxy.url.replace("//", `//user:${PROXY_PASSWORD}@`),
  AZURE_LOG_LEVEL: "verbose",
  BLOB_COPY_LOG_FILE: "told.log",
});

describeWithTerraform("secrets in a deploy by Terraform", () => {
  it("are in none of the places that outlive it", async () => {
    const { service } = world;
    const [source, dest] = [service.account("source"), service.account("dest")];
    const sas = [source.sas({ container: "data", permissions: "r" }), source.sas({ container: "data", blob: "d", permissions: "r" })];
    writeFileSync(world.file("sas.txt"), sas[1] ?? "");
    writeFileSync(world.file("connection.txt"), dest.connectionString);
    const { application, theirApplication } = world;
    const project = new CdktfProject({
      ...surroundings(),
      ARM_TENANT_ID: world.ours,
      ARM_CLIENT_ID: application.clientId,
      ARM_CLIENT_CERTIFICATE_PATH: world.file("application.pfx"),
      ARM_CLIENT_CERTIFICATE_PASSWORD: PFX_PASSWORD,
      THEIR_SECRET: theirApplication.secret,
      SOURCE_SAS: sas[0] ?? "",
      SOURCE_KEY: source.key,
      ENCRYPTION_KEY,
      TF_LOG: "trace",
      TF_LOG_PATH: "terraform.log",
    });
    const place = (account: string, blobName: string, credential?: Credential) => ({
      blobEndpoint: service.endpoint(account),
      containerName: "data",
      blobName,
      credential: credential ?? Credential.defaultAzureCredential(),
    });
    project.synth((stack: TerraformStack) => {
      // Terraform writes the values of variables into each plan, but not values that it reads from
      // a file.
      const read = (name: string) => Token.asString(Fn.sensitive(Fn.file(world.file(name))));
      const held = { sas: Credential.sas(read("sas.txt")), connection: Credential.connectionString(read("connection.txt")) };
      const theirs = { tenantId: world.theirs, clientId: theirApplication.clientId, clientSecretEnvironment: "THEIR_SECRET" };
      const declared: [string, string, Credential?, Credential?, CopyMethod?][] = [
        ["identity", "a"],
        ["delegation", "a", Credential.servicePrincipal(theirs), undefined, CopyMethod.COPY_BLOB],
        ["key", "b", Credential.accountKeyFromEnvironment("SOURCE_KEY", { accountName: "source" }), undefined, CopyMethod.COPY_BLOB],
        ["sas", "c", Credential.sasFromEnvironment("SOURCE_SAS"), undefined, CopyMethod.COPY_BLOB],
        ["held", "d", held.sas, held.connection, CopyMethod.COPY_BLOB],
        ["missing", "none", held.sas, held.connection],
      ];
      for (const [name, from, reading, writing, method = CopyMethod.AUTO] of declared) {
        const copy = new BlobCopy(stack, `copy-${name}`, {
          source: BlobSource.fromContainer(place("source", from, reading)),
          destination: BlobDestination.fromContainer(place("dest", name, writing)),
          method,
        });
        if (name !== "missing") new TerraformOutput(stack, `${name}-id`, { value: copy.copyId });
      }
      new BlobCopy(stack, "copy-encrypted", {
        source: BlobSource.fromContainer(place("source", "a")),
        destination: BlobDestination.fromContainer({ ...place("dest", "encrypted"), encryptionKeyEnvironment: "ENCRYPTION_KEY" }),
      });
      const many = (account: string) => ({
        blobEndpoint: service.endpoint(account),
        containerName: "data",
        prefix: account === "dest" ? "many/" : "",
        credential: Credential.defaultAzureCredential(),
      });
      new BlobCopySet(stack, "set", {
        from: BlobSource.fromPrefix(many("source")),
        to: BlobDestination.fromPrefix(many("dest")),
        manifestOut: join(project.stackDirectory, "manifest.ndjson"),
        report: join(project.stackDirectory, "report.html"),
      });
    });
    const init = await project.terraform(["init"]);
    const planned = await project.terraform(["plan", "-out=saved.plan"]);
    const shown = await project.terraform(["show", "-json", "saved.plan"]);
    const applied = await project.terraform(["apply", "saved.plan"]);
    const outputs = await project.terraform(["output", "-json"]);

    expect({ init: init.exitCode, planned: planned.exitCode, applied: applied.exitCode }).toEqual({ init: 0, planned: 0, applied: 1 });
    expect(dest.blobNames("data")).toEqual(expect.arrayContaining(["delegation", "encrypted", "held", "identity", "key", "many/a", "sas"]));
    const produced = ["terraform.log", "told.log", "manifest.ndjson", "report.html", "saved.plan", ".blobcopy"];
    expect(produced.filter((name) => !existsSync(join(project.stackDirectory, name)))).toEqual([]);

    canaries = secretsOf(sas);
    const places = { init, planned, shown, applied, outputs };
    const leaks = [
      ...Object.entries(places).flatMap(([name, { output }]) => canaries.found(name, output)),
      ...canaries.foundBelow(project.directory),
      ...canaries.found("command lines", commandLines.text),
      ...foundInEnvironments(canaries),
      ...canaries.found(
        "metadata of the destination",
        JSON.stringify(dest.blobNames("data").map((name) => dest.getBlob("data", name)?.metadata)),
      ),
    ];
    expect(commandLines.count("blob-copy.js")).toBeGreaterThan(0);
    // Proves that the search works: it finds the folder that holds the secrets.
    expect(canaries.foundBelow(world.folder)).not.toEqual([]);
    expect(leaks).toEqual([]);
    process.stdout.write(`secrets: ${canaries.count}, places searched: ${canaries.searched.length}, found: ${leaks.length}\n`);
    project.remove();
  });
});

describe("secrets in runs of the program", () => {
  let program: Program;
  beforeAll(() => (program = new Program()));
  afterAll(() => program.dispose());

  const place = (account: string, blobName: string, credential: object) => ({
    kind: "blob",
    blobEndpoint: world.service.endpoint(account),
    containerName: "data",
    blobName,
    credential,
  });
  const KEY = { kind: "account-key", variable: "DEST_KEY", accountName: "dest" };
  const SAS = { kind: "sas", variable: "SOURCE_SAS" };
  const LISTING_SAS = { kind: "sas", variable: "LISTING_SAS" };
  const SAS_OF_DESTINATION = { kind: "sas", variable: "DEST_SAS" };
  const intent = (name: string, from: object, to: object, more: object = {}, there: object = {}) =>
    program.writeIntent(
      {
        version: 1,
        owner: "Stack/copy",
        copies: [{ source: place("source", "a", from), destination: { ...place("dest", name, to), ...there }, ...more }],
      },
      `${name}.json`,
    );

  it("are in nothing that they print or leave, whatever goes wrong", async () => {
    const { service } = world;
    const sas = service.account("source").sas({ container: "data", permissions: "r" });
    const destinationSas = service.account("dest").sas({ container: "data", permissions: "rcw" });
    const way = (name: string) => ({
      ...surroundings(),
      ...world.ways[name]?.variables,
      SOURCE_SAS: sas,
      ENCRYPTION_KEY,
      DEST_KEY: service.account("dest").key,
    });
    const results = new Map<string, ProgramResult>();
    const run = async (what: string, args: readonly string[], variables: Readonly<Record<string, string>>) => {
      results.set(what, await program.run(args, variables));
      return results.get(what)?.exitCode;
    };
    const json = ["--log-format", "json"];

    const oidc = intent("oidc", DEFAULT, DEFAULT, { method: "copy-blob" });
    expect(await run("success", ["apply", oidc, ...json], way("ARM_OIDC_TOKEN"))).toBe(0);
    const secret = intent("secret", DEFAULT, KEY);
    expect(await run("plan", ["plan", secret], way("ARM_CLIENT_SECRET"))).toBe(0);
    expect(await run("check", ["check", secret], way("ARM_CLIENT_SECRET"))).toBe(0);

    const cli = intent("cli", DEFAULT, SAS_OF_DESTINATION);
    expect(await run("Azure CLI", ["apply", cli], { ...way("ARM_USE_CLI"), DEST_SAS: destinationSas })).toBe(0);
    const lacking = service.account("dest").sas({ container: "data", permissions: "r" });
    expect(await run("check, a letter is missing", ["check", cli, ...json], { ...way("ARM_USE_CLI"), DEST_SAS: lacking })).toBe(3);
    const encrypted = intent("encrypted-too", DEFAULT, { ...KEY }, {}, { encryptionKey: { variable: "ENCRYPTION_KEY" } });
    for (const command of ["check", "plan", "apply", "status", "abort"])
      expect(await run(`encrypted: ${command}`, [command, encrypted], way("ARM_CLIENT_SECRET"))).toBe(0);
    const otherKey = { ...way("ARM_CLIENT_SECRET"), ENCRYPTION_KEY: `${ENCRYPTION_KEY}A` };
    expect(await run("a key that is none", ["apply", encrypted], otherKey)).toBe(2);

    // The token endpoint, the proxy and the service repeat the text of their requests.
    world.disturbed = ({ body }) => ({
      status: 400,
      json: { error: "invalid_request", error_description: `AADSTS900144: not understood: ${body}` },
    });
    expect(await run("token endpoint echoes a secret", ["apply", secret], way("ARM_CLIENT_SECRET"))).toBe(3);
    expect(await run("token endpoint echoes an assertion", ["apply", secret, ...json], way("GitHub Actions"))).toBe(3);
    world.disturbed = undefined;
    world.proxy.refusal = ({ headers }) => `refused ${String(headers["proxy-authorization"])} user:${PROXY_PASSWORD}`;
    expect(await run("proxy echoes its password", ["apply", secret], way("ARM_CLIENT_SECRET"))).toBe(3);
    world.proxy.refusal = undefined;
    const echo = `refused: ${service.endpoint("source")}/data/a?${sas} with ${service.account("dest").key} and Bearer ${world.entra.issue(world.application)}`;
    service.script.fault(
      { operation: "Copy Blob", times: Infinity },
      { kind: "answer", status: 403, code: "AuthenticationFailed", message: echo },
    );
    const echoed = intent("echoed", SAS, KEY, { method: "copy-blob" });
    expect(await run("service echoes the request", ["apply", echoed], way("ARM_CLIENT_SECRET"))).toBe(3);
    expect(await run("service echoes the request, as JSON", ["apply", echoed, ...json], way("ARM_CLIENT_SECRET"))).toBe(3);
    service.script.reset();

    // Killed in the middle: checks the journal, the replacement guardian, undelivered messages, and
    // the next run.
    service.script.ways.choose("copy-source-is-shown", "with its signature");
    service.script.copies({ neverEnds: true });
    const killed = intent("killed", SAS, DEFAULT, { method: "copy-blob" });
    const pending = program.start(["apply", killed], way("ARM_CLIENT_SECRET"));
    await eventually(() => pending.output().includes("Copy started"));
    canaries = secretsOf([sas]);
    expect(canaries.foundBelow(program.stateFolder)).toEqual([]);
    for (const pid of program.guardians()) process.kill(pid, "SIGKILL");
    results.set("killed", await pending.ended);
    expect(await run("status", ["status", killed], way("ARM_CLIENT_SECRET"))).toBe(0);
    expect(await run("abort", ["abort", killed, ...json], way("ARM_CLIENT_SECRET"))).toBe(0);

    // A set whose report page and manifest repeat the service's error messages.
    service.script.reset();
    service.script.fault(
      { operation: "Put Blob From URL", path: /\/b$/, times: Infinity },
      { kind: "answer", status: 403, code: "AuthenticationFailed", message: echo },
    );
    const prefix = (account: string, credential: object) => ({
      blobEndpoint: service.endpoint(account),
      containerName: "data",
      prefix: "",
      credential,
    });
    const prefixes = { source: prefix("source", LISTING_SAS), destination: { ...prefix("dest", KEY), prefix: "set/" } };
    const set = program.writeIntent(
      { version: 1, owner: "Stack/set", copies: [], set: { prefixes, report: "report.html", manifestOut: "manifest.ndjson" } },
      "set.json",
    );
    const listing = { ...way("ARM_CLIENT_SECRET"), LISTING_SAS: service.account("source").sas({ container: "data", permissions: "rl" }) };
    expect(await run("set", ["apply", set], listing)).toBe(3);
    for (const command of ["check", "plan", "status", "abort"]) await run(`set: ${command}`, [command, set], listing);
    for (const file of ["report.html", "manifest.ndjson"])
      expect(readFileSync(join(program.workFolder, file), "utf8")).toContain("AuthenticationFailed");

    // Checks the leftovers of a process that ends as after a crash.
    service.script.reset();
    service.script.copies({ neverEnds: true });
    const crashed = program.start(["apply", intent("crashed", SAS, DEFAULT, { method: "copy-blob" })], way("ARM_CLIENT_SECRET"));
    await eventually(() => crashed.output().includes("Copy started"));
    for (const pid of program.guardians()) process.kill(pid, "SIGABRT");
    results.set("crashed", await crashed.ended);

    canaries = secretsOf([sas, destinationSas, lacking, listing.LISTING_SAS]);
    const leaks = [
      ...foundInEnvironments(canaries),
      ...[...results].flatMap(([what, { output, errorOutput }]) => canaries.found(what, output + errorOutput)),
      ...canaries.foundBelow(program.workFolder),
      ...canaries.found("command lines", commandLines.text),
    ];
    expect(readFileSync(join(program.workFolder, "told.log"), "utf8")).toContain("Copying");
    expect(leaks).toEqual([]);
    expect([...commandLines.environments.keys()]).toEqual(expect.arrayContaining([expect.stringContaining(world.file("bin/az"))]));
    process.stdout.write(`secrets: ${canaries.count}, places searched: ${canaries.searched.length}, found: ${leaks.length}\n`);
  });
});
