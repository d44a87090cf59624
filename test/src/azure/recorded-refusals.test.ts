import { errorFromAnswer } from "../../../src/azure/rest/error-response";
import { explain } from "../../../src/failure/explain";
import { ExitCode } from "../../../src/failure/exit-code";
import type { Side } from "../../../src/failure/service-error";
import { timedOut } from "../../../src/failure/timed-out";
import { Unanswered } from "../../../src/azure/http/unanswered";
import { errorFromNoAnswer } from "../../../src/azure/rest/error-response";
import { NoAnswer } from "../../../src/azure/http/exchange";

/** A request and its answer, as recorded or documented. */
interface Refusal {
  readonly side: Side;
  readonly operation: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly code: string;
  readonly message?: string;
  readonly detail?: string;
  /** The service met the refusal at the source. */
  readonly isRelayed?: boolean;
}

const NOW = Date.parse("2026-06-01T12:00:00Z");
const NOT_BELIEVED =
  "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.";
const sas = (more: Readonly<Record<string, string>>) =>
  new URLSearchParams({ sv: "2024-11-04", sr: "c", se: "2027-01-01T00:00:00Z", ...more, sig: "c2lnbmF0dXJl" }).toString();
const MAKER = "33333333-3333-3333-3333-333333333333";
const delegated = (more: Readonly<Record<string, string>>) =>
  sas({
    sp: "rl",
    skoid: MAKER,
    sktid: MAKER,
    skt: "2026-05-31T00:00:00Z",
    ske: "2026-06-07T00:00:00Z",
    sks: "b",
    skv: "2024-11-04",
    ...more,
  });

function errorOf({ side, operation, query = "", headers = {}, status, code, message = "", detail, isRelayed }: Refusal) {
  const isHead = operation === "Get Blob Properties";
  const of = (name: string, text: string | undefined) => (text === undefined ? "" : `<${name}>${text}</${name}>`);
  const outer = isRelayed === true ? "CannotVerifyCopySource" : code;
  const source = of("CopySourceStatusCode", String(status)) + of("CopySourceErrorCode", code) + of("CopySourceErrorMessage", message);
  const text = `${message}\nRequestId:1\nTime:2026-06-01T12:00:00.0000000Z`;
  const body = `\ufeff<?xml version="1.0" encoding="utf-8"?><Error>${of("Code", outer)}${of("Message", text)}${of("AuthenticationErrorDetail", detail)}${isRelayed === true ? source : ""}</Error>`;
  const told = isRelayed === true ? { "x-ms-copy-source-status-code": String(status), "x-ms-copy-source-error-code": code } : {};
  const answer = {
    status,
    headers: { "x-ms-error-code": outer, date: new Date(NOW).toUTCString(), ...told },
    rawHeaders: [],
    body: isHead ? "" : body,
  };
  const asked = { side, operation, url: `https://${side}.blob.core.windows.net/c/b`, writes: !isHead };
  return errorFromAnswer(asked, answer, NOW, { query, headers });
}

const LOOK = { side: "source", operation: "Get Blob Properties" } as const;
const COPY = { side: "destination", operation: "Put Blob From URL" } as const;
const NO_PERMISSION = { status: 403, code: "AuthorizationPermissionMismatch" } as const;
const SIGNATURE = { status: 403, code: "AuthenticationFailed", message: NOT_BELIEVED } as const;
const FIREWALL = {
  status: 403,
  code: "AuthorizationFailure",
  message: "This request is not authorized to perform this operation.",
} as const;

const CASES: readonly (readonly [what: string, refusal: Refusal, why: RegExp, remedy: RegExp, never?: RegExp])[] = [
  [
    "a SAS whose user delegation key has expired",
    { ...LOOK, ...SIGNATURE, query: delegated({ ske: "2026-05-31T08:00:00Z" }) },
    /key that signed the SAS expired at 2026-05-31T08:00:00Z \(ske\)/,
    /new user delegation key/,
  ],
  [
    "a SAS whose user delegation key is not valid yet",
    { ...LOOK, ...SIGNATURE, query: delegated({ skt: "2026-06-01T12:00:05Z" }) },
    /valid from 2026-06-01T12:00:05Z \(skt\)/,
    /whose start is some minutes in the past/,
  ],
  [
    "a SAS whose maker lacks the role",
    { ...LOOK, ...NO_PERMISSION, query: delegated({}) },
    new RegExp(`sp=rl, which is enough.*${MAKER}`),
    /grant Storage Blob Data Reader .* to the identity that made the SAS/,
    /needs r/,
  ],
  [
    "a SAS whose maker lacks the role, at the destination",
    { ...COPY, ...NO_PERMISSION, query: delegated({ sp: "rw" }) },
    /may not itself do Put Blob From URL/,
    /grant Storage Blob Data Contributor/,
  ],
  [
    "a SAS of an identity without the letter",
    { ...COPY, ...NO_PERMISSION, query: delegated({ sp: "r" }) },
    /the SAS has sp=r; Put Blob From URL needs c for a new blob/,
    /with r, c and w/,
  ],
  [
    "a stored access policy that is gone",
    { ...COPY, ...SIGNATURE, detail: "SAS identifier cannot be found for specified signed identifier", query: sas({ si: "writers" }) },
    /names the stored access policy writers, which the container does not have/,
    /create the stored access policy/,
    /does not match the one that the service computes/,
  ],
  [
    "a stored access policy whose time is over",
    {
      ...COPY,
      ...SIGNATURE,
      detail: "Signature not valid in the specified time frame: Start [x] - Expiry [y] - Current [z]",
      query: "sv=2024-11-04&sr=c&si=writers&sig=c2ln",
    },
    /not valid now, by the start or the expiry in its stored access policy writers/,
    /policy's times/,
    /does not match the one that the service computes/,
  ],
  [
    "a stored access policy, where the answer has no body",
    { ...LOOK, ...SIGNATURE, query: "sv=2024-11-04&sr=c&si=readers&sig=c2ln" },
    /policy readers is gone or not valid now/,
    /check that the policy exists/,
  ],
  [
    "a firewall, to a SAS with addresses",
    { ...LOOK, ...FIREWALL, query: sas({ sp: "r", sip: "10.0.0.1" }) },
    /\(sip\), or the firewall of the source's account.*does not say which/,
    /without sip.*network rules/,
  ],
  [
    "an account that is not known",
    {
      ...COPY,
      ...SIGNATURE,
      detail: "Cannot find the claimed account when trying to GetProperties for the account x.",
      headers: { authorization: "Bearer a.b.c" },
    },
    /does not know the account/,
    /az storage account show/,
    /SAS/,
  ],
  [
    "a token, which is no key and no SAS",
    { ...LOOK, ...SIGNATURE, headers: { authorization: "Bearer a.b.c" } },
    /token is not accepted/,
    /sign in again/,
    /key or SAS/,
  ],
  [
    "an account that fails over",
    { ...COPY, status: 403, code: "InsufficientAccountPermissions", message: "Write operations are not allowed." },
    /does not allow reading or writing at the moment/,
    /primary endpoint.*failover/,
  ],
  [
    "a container that is disabled",
    { ...LOOK, side: "destination", status: 409, code: "ContainerDisabled" },
    /container is disabled/,
    /another container/,
    /being deleted|in a minute/,
  ],
  [
    "a key vault that is closed to the account",
    { ...LOOK, status: 403, code: "KeyVaultEncryptionKeyNotFound" },
    /encrypted with a key in a key vault/,
    /restore the key/,
    /expired credential|SAS without r/,
  ],
  [
    "the same, met by the service",
    { ...COPY, isRelayed: true, status: 403, code: "KeyVaultVaultNotFound", message: "The key vault vault is not found." },
    /the source's account is encrypted/,
    /restore the key/,
  ],
  [
    "a premium account",
    { ...COPY, status: 400, code: "BlobTypeNotSupported", message: "Block blobs are not supported." },
    /does not hold blobs of this type/,
    /general-purpose v2/,
  ],
  [
    "a private container or a missing one, to nobody in particular",
    { ...LOOK, status: 404, code: "ResourceNotFound" },
    /it does not exist, or anonymous access is not allowed there/,
    /give the source a credential.*; or check its name/,
  ],
];

it.each(CASES.map(([what, ...rest]) => [what, rest] as const))(
  "tells %s for what it is",
  (_what, [refusal, why, remedy, never = /defect/]) => {
    const failure = explain(errorOf(refusal), "The copy failed");
    expect(failure.why).toMatch(why);
    expect(failure.remedy).toMatch(remedy);
    expect(`${failure.why} ${failure.remedy}`).not.toMatch(never);
    expect(failure.exitCode).toBe(
      { 400: ExitCode.COPY_FAILED, 403: ExitCode.NOT_AUTHORISED, 404: ExitCode.SOURCE_NOT_FOUND, 409: ExitCode.COPY_FAILED }[
        refusal.status
      ],
    );
  },
);

it("does not say the source's sentence twice", () => {
  const error = errorOf({ ...COPY, ...FIREWALL, isRelayed: true });
  expect(error.message).toBe("This request is not authorized to perform this operation.");
});

it.each([
  ["407", /user name and password/, /HTTPS_PROXY/],
  ["502", /cannot reach the host of the destination's account/, /NO_PROXY/],
  ["503", /cannot reach the host of the destination's account/, /endpoint's domain/],
  ["403", /the proxy refuses/, /check HTTPS_PROXY/],
])("tells what a proxy means by %s", (status, why, remedy) => {
  const cause = new Error(`proxy p.example.com: it answered CONNECT with ${status}`);
  const failure = explain(
    errorFromNoAnswer(
      { ...COPY, url: "https://destination.blob.core.windows.net/c/b", writes: true },
      new NoAnswer("EPROXY", false, cause),
    ),
    "x",
  );
  expect(failure.why).toMatch(why);
  expect(failure.remedy).toMatch(remedy);
});

it("names the side that is throttled, and what to do about that, when the time is over", () => {
  const unanswered = new Unanswered(() => NOW);
  unanswered.refused(errorOf({ ...COPY, isRelayed: true, status: 503, code: "ServerBusy", message: "Egress is over the account limit." }));
  const failure = timedOut("copy", 5_000, unanswered.trouble);
  expect(failure).toMatchObject({ side: "source", exitCode: ExitCode.TIMED_OUT });
  expect(failure.remedy).toMatch(/account is throttled: deploy again later/);
});
