import { writeFileSync } from "node:fs";
import { type Answering, JsonServer } from "../support/sign-in/json-server";
import { SignInWorld } from "../support/sign-in";
import { Program } from "./program";

let world: SignInWorld;
let program: Program;
beforeAll(async () => {
  program = new Program();
  world = await SignInWorld.start();
  world.service.account("source").putBlob("data", "a", { content: "content" });
  world.service.account("dest").createContainer("data");
  writeFileSync(world.file("empty.txt"), "\n");
});
afterAll(async () => {
  await program.dispose();
  await world.stop();
});
afterEach(() => (world.disturbed = undefined));

const place = (account: string) => ({
  kind: "blob",
  blobEndpoint: world.service.endpoint(account),
  containerName: "data",
  blobName: "a",
  credential: { kind: "default-azure-credential" },
});
const apply = (environment: Readonly<Record<string, string>>, timeoutMilliseconds: number) => {
  const intent = {
    version: 1,
    owner: "Stack/copy",
    copies: [{ source: place("source"), destination: place("dest") }],
    timeoutMilliseconds,
  };
  return program.run(["apply", program.writeIntent(intent)], { ...world.surroundings, ...environment });
};

const HTML = "<!DOCTYPE html><html><body>Sign in to the guest network</body></html>";
const onToken =
  (answer: Answering): Answering =>
  (request) =>
    request.method === "POST" ? answer(request) : world.entra.answer(request);
const way = (name: string) => world.ways[name]?.variables ?? {};

const SECRET = () => way("ARM_CLIENT_SECRET");
const PFX = (more: Readonly<Record<string, string>>) => ({ ...way("ARM_CLIENT_CERTIFICATE_PATH (PFX)"), ...more });
const OIDC = (file: string) => ({ ...way("ARM_OIDC_TOKEN_FILE_PATH"), ARM_OIDC_TOKEN_FILE_PATH: world.file(file) });
const FILES = (file: string) => ({
  ...way("ARM_CLIENT_SECRET_FILE_PATH, ARM_CLIENT_ID_FILE_PATH"),
  ARM_CLIENT_SECRET_FILE_PATH: world.file(file),
});
const issued = (more: object, claims: Readonly<Record<string, unknown>> = {}) =>
  onToken(() => ({
    status: 200,
    json: { token_type: "Bearer", expires_in: 3_600, access_token: world.entra.issue(world.application, claims), ...more },
  }));

interface Lie {
  readonly what: string;
  /** Replaces the endpoint's answers. */
  readonly endpoint?: () => Answering;
  readonly variables: () => Readonly<Record<string, string>>;
  readonly exitCode: number;
  /** Expected in the printed output. */
  readonly told: RegExp;
}

const LIES: readonly Lie[] = [
  {
    what: "an endpoint that redirects",
    endpoint: () => () => ({ status: 302, json: {}, headers: { location: "https://127.0.0.1:9/" } }),
    variables: SECRET,
    exitCode: 3,
    told: /Why: login\.microsoftonline\.com answered 302, a redirection instead of a token, as a proxy or a sign-in page does/,
  },
  {
    what: "a page instead of any answer",
    endpoint: () => () => ({ status: 200, json: {}, text: HTML, headers: { "content-type": "text/html" } }),
    variables: SECRET,
    exitCode: 3,
    told: /Why: login\.microsoftonline\.com answered 200 with text that is not JSON/,
  },
  {
    what: "a page instead of a token",
    endpoint: () => onToken(() => ({ status: 200, json: {}, text: HTML })),
    variables: SECRET,
    exitCode: 3,
    told: /Why: login\.microsoftonline\.com answered 200 with text that is not JSON/,
  },
  {
    what: "an answer without a token",
    endpoint: () => onToken(() => ({ status: 200, json: { hello: "world" } })),
    variables: SECRET,
    exitCode: 3,
    told: /Why: login\.microsoftonline\.com answered 200 without a token/,
  },
  {
    what: "an answer of megabytes",
    endpoint: () => onToken(() => ({ status: 200, json: {}, text: "x".repeat(8_000_000) })),
    variables: SECRET,
    exitCode: 3,
    told: /Why: no answer from login\.microsoftonline\.com: the answer is longer than/,
  },
  {
    what: "throttling for ten minutes",
    endpoint: () => onToken(() => ({ status: 429, json: { error: "throttled" }, headers: { "retry-after": "600" } })),
    variables: SECRET,
    exitCode: 3,
    told: /Why: login\.microsoftonline\.com answered 429.*\n {2}What to do: deploy again in a few minutes/,
  },
  {
    what: "an endpoint that is not available",
    endpoint: () => onToken(() => ({ status: 503, json: { error: "temporarily_unavailable" } })),
    variables: SECRET,
    exitCode: 3,
    told: /Why: login\.microsoftonline\.com answered 503/,
  },
  {
    what: "an endpoint that hangs",
    endpoint: () => onToken(() => undefined),
    variables: SECRET,
    exitCode: 124,
    told: /declared timeout; it was waiting for a token: no answer from login\.microsoftonline\.com/,
  },
  {
    what: "a secret of a file that is repeated, alone and cut",
    endpoint: () =>
      onToken(() => ({
        status: 400,
        json: { error: "invalid", error_description: `AADSTS7000215: ${world.application.secret} is wrong` },
      })),
    variables: () => FILES("secret.txt"),
    exitCode: 3,
    told: /AADSTS7000215: REDACTED is wrong/,
  },
  {
    what: "a token with a line of its own",
    endpoint: () => issued({ access_token: "a\r\nx-evil: 1" }),
    variables: SECRET,
    exitCode: 3,
    told: /did not return a usable token/,
  },
  {
    what: "a token that is a number",
    endpoint: () => issued({ access_token: 7 }),
    variables: SECRET,
    exitCode: 3,
    told: /without a token/,
  },
  { what: "a token that has expired", endpoint: () => issued({ expires_in: -3_600 }), variables: SECRET, exitCode: 0, told: /Copied/ },
  {
    what: "a token for another audience",
    endpoint: () => issued({}, { aud: "https://management.azure.com/" }),
    variables: SECRET,
    exitCode: 3,
    told: /401 InvalidAuthenticationInfo/,
  },
  {
    what: "an id without a secret",
    variables: () => ({ ARM_CLIENT_ID: world.application.clientId, ARM_TENANT_ID: world.ours }),
    exitCode: 0,
    told: /Warning: ARM_CLIENT_ID, ARM_TENANT_ID are set but not used, because a secret, .*ARM_CLIENT_SECRET.* is missing/,
  },
  {
    what: "a secret without a tenant",
    variables: () => ({ ARM_CLIENT_ID: world.application.clientId, ARM_CLIENT_SECRET: world.application.secret }),
    exitCode: 0,
    told: /Warning: ARM_CLIENT_ID, ARM_CLIENT_SECRET are set but not used, because a tenant id \(ARM_TENANT_ID\) is missing/,
  },
  {
    what: "a secret alone",
    variables: () => ({ ARM_CLIENT_SECRET: world.application.secret }),
    exitCode: 0,
    told: /Warning: ARM_CLIENT_SECRET is set but not used, because a client id .* and a tenant id .* are missing/,
  },
  {
    what: "a secret of the Azure SDK's without a tenant",
    variables: () => ({ AZURE_CLIENT_SECRET: world.application.secret }),
    exitCode: 0,
    told: /Warning: AZURE_CLIENT_SECRET is set but not used, because .*AZURE_CLIENT_ID.*AZURE_TENANT_ID/,
  },
  {
    what: "OpenID Connect without a token",
    variables: () => ({ ARM_USE_OIDC: "true", ARM_CLIENT_ID: world.application.clientId, ARM_TENANT_ID: world.ours }),
    exitCode: 0,
    told: /Warning: .*ARM_USE_OIDC are set but not used, because the token .*ARM_OIDC_TOKEN_FILE_PATH.* is missing/,
  },
  { what: "an empty token file", variables: () => OIDC("empty.txt"), exitCode: 3, told: /empty\.txt is empty/ },
  { what: "a token file that is not there", variables: () => OIDC("none.txt"), exitCode: 3, told: /ENOENT.*none\.txt/ },
  {
    what: "an empty file for a secret",
    variables: () => FILES("empty.txt"),
    exitCode: 2,
    told: /ARM_CLIENT_SECRET_FILE_PATH[^]*empty\.txt is empty/,
  },
  {
    what: "a file for a secret that is not there",
    variables: () => FILES("none.txt"),
    exitCode: 2,
    told: /ARM_CLIENT_SECRET_FILE_PATH[^]*ENOENT/,
  },
  {
    what: "a certificate that is not there",
    variables: () => PFX({ ARM_CLIENT_CERTIFICATE_PATH: world.file("none.pfx") }),
    exitCode: 3,
    told: /ENOENT.*none\.pfx/,
  },
  {
    what: "a PFX file whose password is not given",
    variables: () => PFX({ ARM_CLIENT_CERTIFICATE_PASSWORD: "" }),
    exitCode: 3,
    told: /the PFX file has a password, but none is set: set ARM_CLIENT_CERTIFICATE_PASSWORD/,
  },
  {
    what: "a certificate with another password",
    variables: () => PFX({ ARM_CLIENT_CERTIFICATE_PASSWORD: "another password" }),
    exitCode: 3,
    told: /the password of the PFX file is wrong/,
  },
  {
    what: "a certificate that is none",
    variables: () => PFX({ ARM_CLIENT_CERTIFICATE_PATH: world.file("secret.txt") }),
    exitCode: 3,
    told: /neither PEM nor PFX/,
  },
  {
    what: "the variables of both, of which those of the Azure SDK are taken, and are wrong",
    variables: () => ({ ...SECRET(), ...way("AZURE_CLIENT_SECRET"), AZURE_CLIENT_SECRET: "wrong-secret-of-azure" }),
    exitCode: 3,
    told: /default Azure credential, from the AZURE_ variables, returned no token[^]*AADSTS7000215/,
  },
  {
    what: "a cloud that is none",
    variables: () => ({ ...SECRET(), ARM_ENVIRONMENT: "pubic" }),
    exitCode: 0,
    told: /Warning: ARM_ENVIRONMENT is pubic, and not public, usgovernment or china/,
  },
];

it.each(LIES.map((lie) => [lie.what, lie] as const))("tells of %s, in few lines and with its exit code", async (_what, lie) => {
  world.disturbed = lie.endpoint?.();
  const result = await apply(lie.variables(), lie.exitCode === 124 ? 7_000 : 60_000);
  const output = result.output + result.errorOutput;
  expect({ exitCode: result.exitCode, output }).toMatchObject({
    exitCode: lie.exitCode,
    output: expect.stringMatching(lie.told) as string,
  });
  const failure = output.includes("Error") ? output.slice(output.indexOf("Error")).trimEnd().split("\n") : [];
  expect(failure.length).toBeLessThanOrEqual(5);
  expect(output).not.toMatch(/defect of the program|was lost|wrong-secret|secret-of-our-application/);
});

describe("an identity of the machine", () => {
  let machine: JsonServer;
  let answer: Answering = () => undefined;
  beforeAll(async () => {
    machine = await JsonServer.start((request) => answer(request));
  });
  afterAll(() => machine.stop());

  it.each<[string, Answering, number, RegExp]>([
    ["hangs", () => undefined, 124, /it was waiting for a token: no answer from 127\.0\.0\.1/],
    [
      "redirects",
      () => ({ status: 302, json: {}, headers: { location: "http://169.254.169.254/" } }),
      3,
      /answered 302, a redirection instead of a token, as a proxy/,
    ],
    ["is a page", () => ({ status: 200, json: {}, text: HTML }), 3, /answered 200 with text that is not JSON/],
    ["has no token", () => ({ status: 200, json: { expires_on: "99999999999" } }), 3, /answered 200 without a token/],
    [
      "has no end",
      () => ({ status: 200, json: { access_token: "a.b.c", token_type: "Bearer" } }),
      3,
      /without a token|the token is not accepted/,
    ],
    ["is a refusal", () => ({ status: 400, json: { error: "invalid_request" } }), 3, /answered 400|invalid_request/],
  ])("whose answer %s is told in few lines", async (_what, lie, exitCode, why) => {
    answer = lie;
    const ways: readonly (readonly [string, string])[] = [
      ["ARM_MSI_ENDPOINT", `${machine.origin}/metadata/identity/oauth2/token`],
      ["AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.origin],
    ];
    for (const [variable, value] of ways) {
      const result = await apply({ ARM_USE_MSI: "true", [variable]: value }, exitCode === 124 ? 7_000 : 60_000);
      const output = result.output + result.errorOutput;
      expect({ variable, exitCode: result.exitCode, output }).toMatchObject({ exitCode, output: expect.stringMatching(why) as string });
      expect(output.slice(output.indexOf("Error")).trimEnd().split("\n").length).toBeLessThanOrEqual(5);
    }
  });
});
