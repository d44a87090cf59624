import { readFileSync } from "node:fs";
import type { Clock } from "../../engine/ports/clock";
import { rememberMade } from "../../util/secrets/known-secrets";
import type { AssertionSource } from "./identity-choice";
import { askedAgain, type IdentityAnswer, type IdentityRequests, type SignInTrouble } from "./identity-requests";

/** Audience that Entra ID expects in another issuer's token. */
const AUDIENCE = "api://AzureADTokenExchange";

/**
 * The token with which a job asks the issuer ends with the job or earlier, so a copy that outlives
 * the job can no longer use it.
 */
const JOB_TOKENS = {
  github: {
    variables: "ACTIONS_ID_TOKEN_REQUEST_TOKEN or ARM_OIDC_REQUEST_TOKEN",
    remedy: "deploy again in a new job, and check that it has permissions: id-token: write",
  },
  pipelines: {
    variables: "SYSTEM_ACCESSTOKEN or ARM_OIDC_REQUEST_TOKEN",
    remedy: "deploy again in a new job, with SYSTEM_ACCESSTOKEN: $(System.AccessToken)",
  },
} as const;
/** Azure DevOps shows its sign-in page to clients that it does not know. */
const NOT_TAKEN = [203, 302, 401, 403];

interface Asker extends Pick<IdentityRequests, "send"> {
  readonly clock: Clock;
  /** Called with the reason for a missing token, if the response shows it. */
  readonly onTrouble: (trouble: SignInTrouble) => void;
}

/** Fetches a new token of the other issuer, because such tokens last only minutes. */
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
      return asked(source, withQuery(source.url, { audience: AUDIENCE }), "GET", "value", asker);
    case "pipelines": {
      const query = { "api-version": "7.1", serviceConnectionId: source.serviceConnectionId };
      return asked(source, withQuery(source.url, query), "POST", "oidcToken", asker);
    }
  }
}

type OfJob = Extract<AssertionSource, { readonly url: string }>;

async function asked({ from, token }: OfJob, url: string, method: string, name: string, asker: Asker): Promise<string> {
  const answer = await request(url, method, token, asker);
  if (NOT_TAKEN.includes(answer.status)) {
    const { variables, remedy } = JOB_TOKENS[from];
    const text = `${new URL(url).host} answered ${answer.status}: it does not accept the token with which the job asks (${variables}), which expires with the job or earlier`;
    asker.onTrouble({ text, remedy, isPassing: false });
  }
  return tokenIn(answer, name);
}

function tokenOf(path: string): string {
  const token = readFileSync(path, "utf8").trim();
  if (token === "") throw new Error(`${path} is empty, but must contain an OpenID Connect token`);
  return token;
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const result = new URL(url);
  for (const [name, value] of Object.entries(query)) result.searchParams.set(name, value);
  return result.href;
}

function request(url: string, method: string, token: string, asker: Asker): Promise<IdentityAnswer> {
  if (!url.startsWith("https:") && !/^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(url)) {
    throw new Error(
      `the address of ${new URL(url).host} for OpenID Connect tokens is http, which would show the request's own token to everyone on the way`,
    );
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
