import { readFileSync } from "node:fs";
import { rememberMade } from "../../util/secrets/known-secrets";
import type { AssertionSource } from "./identity-choice";
import { askedAgain, type IdentityAnswer } from "./identity-requests";

/** What Entra ID expects the token of another issuer to be for. */
const AUDIENCE = "api://AzureADTokenExchange";

type Asker = Parameters<typeof askedAgain>[0];

/** A token of the other issuer, fetched anew: it lives for minutes. */
export async function fetchAssertion(source: AssertionSource, asker: Asker): Promise<string> {
  const assertion = await fetchFrom(source, asker);
  rememberMade(assertion);
  return assertion;
}

async function fetchFrom(source: AssertionSource, asker: Asker): Promise<string> {
  switch (source.from) {
    case "value":
      return source.token;
    case "file":
      return tokenOf(source.path);
    case "github":
      return tokenIn(await request(withQuery(source.url, { audience: AUDIENCE }), "GET", source.token, asker), "value");
    case "pipelines": {
      const query = { "api-version": "7.1", serviceConnectionId: source.serviceConnectionId };
      return tokenIn(await request(withQuery(source.url, query), "POST", source.token, asker), "oidcToken");
    }
  }
}

function tokenOf(path: string): string {
  const token = readFileSync(path, "utf8").trim();
  if (token === "") throw new Error(`${path} is empty, and a token of OpenID Connect is to be in it`);
  return token;
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const result = new URL(url);
  for (const [name, value] of Object.entries(query)) result.searchParams.set(name, value);
  return result.href;
}

function request(url: string, method: string, token: string, asker: Asker): Promise<IdentityAnswer> {
  if (!url.startsWith("https:") && !/^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(url)) {
    throw new Error(`${new URL(url).host} is asked for an OpenID Connect token over http, which would show the request's own token`);
  }
  const headers = { accept: "application/json", authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = method === "POST" ? "" : undefined;
  return askedAgain(asker, { url, method, headers, body, timeout: 0, signal: undefined }, false);
}

function tokenIn({ status, body }: IdentityAnswer, name: string): string {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    answer = undefined;
  }
  const token = typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>)[name] : undefined;
  if (status < 300 && typeof token === "string" && token !== "") return token;
  throw new Error(`the issuer of OpenID Connect tokens answered ${status} without a token`);
}
