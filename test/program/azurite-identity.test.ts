import { readFileSync } from "node:fs";
import { request } from "node:https";
import { type Azurite, type StorageAccount, startAzurite } from "../support/azurite";
import { SignInWorld } from "../support/sign-in";
import { Program } from "./program";

jest.setTimeout(120_000);

/**
 * A second check of tokens, after the fake service: Azurite over TLS, which accepts the tokens of
 * `DefaultAzureCredential`.
 */
let world: SignInWorld;
let azurite: Azurite;
let program: Program;
beforeAll(async () => {
  program = new Program();
  world = await SignInWorld.start();
  azurite = await startAzurite({ cert: world.file("ca.pem"), key: world.file("server-key.pem") });
  for (const account of [azurite.source, azurite.destination]) await send("PUT", `${account.blobEndpoint}/data?restype=container`);
  await send("PUT", `${azurite.source.blobEndpoint}/data/model`, "the content", {
    "x-ms-blob-type": "BlockBlob",
    "x-ms-meta-of": "source",
  });
});
afterAll(async () => {
  await azurite.stop();
  await program.dispose();
  await world.stop();
});

/** Sends a request of the REST API with a token of this world. */
function send(method: string, url: string, body = "", headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const own = {
      authorization: `Bearer ${world.entra.issue(world.application)}`,
      "x-ms-version": "2021-12-02",
      "x-ms-date": new Date().toUTCString(),
      "content-length": String(Buffer.byteLength(body)),
    };
    const sent = request(url, { method, ca: readFileSync(world.file("ca.pem")), headers: { ...own, ...headers } }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () => (Number(answer.statusCode) < 300 ? resolve(text) : reject(new Error(`${answer.statusCode}: ${text}`))));
    });
    sent.once("error", reject).end(body);
  });
}

const place = (account: StorageAccount, blobName: string) => ({
  kind: "blob",
  blobEndpoint: account.blobEndpoint,
  containerName: "data",
  blobName,
  credential: { kind: "default-azure-credential" },
});
const run = (command: string, name: string, more: object = {}, environment: Readonly<Record<string, string>> = {}) => {
  const copies = [{ source: place(azurite.source, "model"), destination: place(azurite.destination, name), overwrite: "always", ...more }];
  const variables = { ...world.surroundings, ...world.ways["ARM_CLIENT_SECRET"]?.variables, ...environment };
  return program.run([command, program.writeIntent({ version: 1, owner: "Stack/copy", copies })], variables);
};

it("copies by an identity alone, from one account to the other, with a SAS that it makes", async () => {
  const checked = await run("check", "model", { method: "copy-blob" });
  expect({ exitCode: checked.exitCode, output: checked.output }).toMatchObject({ exitCode: 0 });
  const result = await run("apply", "model", { method: "copy-blob" });
  expect({ exitCode: result.exitCode, output: result.output + result.errorOutput }).toMatchObject({ exitCode: 0 });
  expect(await send("GET", `${azurite.destination.blobEndpoint}/data/model`)).toBe("the content");
});

it("tells in a check what a run meets, where the emulator takes no token for a source", async () => {
  for (const command of ["check", "apply"]) {
    const { exitCode, output, errorOutput } = await run(command, "by-token");
    expect({ command, exitCode, output: output + errorOutput }).toMatchObject({
      exitCode: 3,
      output: expect.stringMatching(/Error \[source\][^]*CannotVerifyCopySource/) as string,
    });
  }
});

it("is refused with a token that is for something else", async () => {
  world.disturbed = (asked) => {
    if (asked.method !== "POST") return world.entra.answer(asked);
    const token = world.entra.issue(world.application, { aud: "https://management.azure.com/" });
    return { status: 200, json: { token_type: "Bearer", expires_in: 3_600, access_token: token } };
  };
  const result = await run("apply", "never");
  world.disturbed = undefined;
  expect(result.exitCode).toBe(3);
  expect(result.output + result.errorOutput).toMatch(
    /Error \[(?:source|destination)\][^]*Why: [^]*(?:InvalidAuthenticationInfo|AuthenticationFailed|AuthorizationFailure)/,
  );
  await expect(send("GET", `${azurite.destination.blobEndpoint}/data/never`)).rejects.toThrow("404");
});
