import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createTokenSource } from "../../../../src/azure/identity/identity";
import { loadPfx } from "../../../../src/azure/identity/load-pfx";
import { fetchAssertion } from "../../../../src/azure/identity/assertion";
import type { IdentityChoice } from "../../../../src/azure/identity/identity-choice";
import { askedAgain, IdentityRequests } from "../../../../src/azure/identity/identity-requests";
import { notSignedIn } from "../../../../src/azure/identity/not-signed-in";
import type { Clock } from "../../../../src/engine/ports/clock";

const pauses: number[] = [];
const NOW = Date.parse("2026-01-05T12:00:00Z");
const clock: Clock = { now: () => NOW, sleep: (milliseconds) => Promise.resolve(void pauses.push(milliseconds)) };
beforeEach(() => (pauses.length = 0));

interface Said {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly json?: object;
}

/** Sends the given answers in order, and repeats the last one. */
async function answering<T>(answers: readonly Said[], use: (url: string, requests: IdentityRequests) => Promise<T>): Promise<T> {
  let count = 0;
  const listen: RequestListener = (_request, response) => {
    const { status, headers = {}, json = {} } = answers[Math.min(count++, answers.length - 1)] ?? { status: 500 };
    response.writeHead(status, { "content-type": "application/json", date: new Date(NOW).toUTCString(), ...headers });
    response.end(JSON.stringify(json));
  };
  const server = createServer(listen);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, new IdentityRequests({}, clock));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const managedIdentity = (answers: readonly Said[]) =>
  answering(answers, async (endpoint, { send }) => {
    const choice: IdentityChoice = { kind: "managed-identity", how: "ARM_USE_MSI", clientId: undefined, endpoint };
    const askMachine: typeof send = (request) => askedAgain({ send, clock }, request, true);
    return createTokenSource({
      choice,
      authorityHost: undefined,
      send,
      askMachine,
      fetchAssertion: () => Promise.reject(new Error("none")),
      loadPfx,
    })();
  });
const assertion = (answers: readonly Said[]) =>
  answering(answers, (url, { send }) =>
    fetchAssertion({ from: "github", url, token: "of-the-job" }, { send, clock, onTrouble: () => undefined }),
  );

const TOKEN = { status: 200, json: { access_token: "a.b.c", expires_on: "1900000000", value: "the-assertion" } };

it.each([404, 410, 429, 500, 503])(
  "asks the endpoint of a managed identity again that answers %i, as it is documented to",
  async (status) => {
    await expect(managedIdentity([{ status }, TOKEN])).resolves.toMatchObject({ token: "a.b.c" });
    expect(pauses).toEqual([1_000]);
  },
);

it("asks an issuer of OpenID Connect tokens again, after as long as it says", async () => {
  await expect(assertion([{ status: 503, headers: { "retry-after": "7" } }, { status: 500 }, TOKEN])).resolves.toBe("the-assertion");
  expect(pauses).toEqual([7_000, 2_000]);
});

it("gives up both at last, and says what was answered", async () => {
  await expect(assertion([{ status: 503 }])).rejects.toThrow("answered 503 without a token");
  const said = { error: "invalid_request", error_description: "Identity not found" };
  await expect(managedIdentity([{ status: 400, json: said }])).rejects.toThrow("answered 400 without a token: Identity not found");
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
});

it.each([
  ["seconds", "5", "5"],
  ["a date", new Date(NOW + 6_000).toUTCString(), "6"],
  ["a date that is past", new Date(NOW - 6_000).toUTCString(), undefined],
  ["a date of tomorrow", new Date(NOW + 86_400_000).toUTCString(), undefined],
  ["a day", "86400", undefined],
  ["less than nothing", "-5", undefined],
  ["words", "soon", undefined],
])("hands on how long to wait as %s in the form that is understood", async (_what, told, handedOn) => {
  const answer = await answering([{ status: 429, headers: { "retry-after": told } }], (url, { send }) =>
    send({ url, method: "GET", headers: {}, body: undefined, timeout: 0, signal: undefined }),
  );
  expect(answer.headers["retry-after"]).toBe(handedOn);
});

it("says to deploy again where it passes, also where Entra ID has a sentence of its own", () => {
  const choice: IdentityChoice = { kind: "client-secret", how: "ARM_CLIENT_SECRET", tenantId: "t", clientId: "c", secret: "s" };
  const error = new Error("AADSTS90033: A transient error has occurred. Please try again. Trace ID: 1");
  const trouble = { text: "login.example.com answered 503, a temporary failure", isPassing: true };
  expect(notSignedIn(error, choice, trouble).remedy).toBe("deploy again in a few minutes");
  const known = new Error("AADSTS7000215: Invalid client secret provided. Trace ID: 1");
  expect(notSignedIn(known, choice, trouble).remedy).toMatch(/set the value, and not the id, of a secret/);
});

it("says that az printed something else than a token", () => {
  const choice: IdentityChoice = { kind: "azure-cli", how: "declared", tenantId: undefined };
  const failure = notSignedIn(new Error(`Unexpected token 'W', "WARNING: Y"... is not valid JSON`), choice);
  expect(failure.why).toMatch(/^az did not print a token as JSON/);
  expect(failure.remedy).toMatch(/az account get-access-token/);
});
