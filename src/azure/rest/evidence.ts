import type { Access, Evidence, SasAccess } from "../../failure/diagnosis/clues";
import { type HttpAnswer, namesTheService } from "../http/exchange";
import { claimsOf } from "../identity/token-claims";
import { redactForeign } from "../../util/secrets/redact-foreign";
import { elementText } from "./xml";

/** The parts of a request to which its response can refer. */
export interface Sent {
  /** Escaped, without `?`. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const MAX_DETAIL = 300;
/** From these words on, the service quotes the signed text, which can contain secrets. */
const QUOTATION = /(?:string to sign|the MAC signature found).*/is;

/** @param now this machine's time, milliseconds since the epoch */
export function evidenceOf({ query, headers }: Sent, answer: HttpAnswer, now: number): Evidence {
  const time = Date.parse(answer.headers.date ?? "");
  const isTold = !Number.isNaN(time);
  const source = headers["x-ms-copy-source"];
  const mark = source?.indexOf("?") ?? -1;
  const tenantId = /authorization_uri=\S*?\/\/[^/\s]+\/([0-9a-f-]{36})\b/i.exec(answer.headers["www-authenticate"] ?? "")?.[1];
  const detail = redactForeign(elementText(answer.body, "AuthenticationErrorDetail")?.replace(QUOTATION, "") ?? "").slice(0, MAX_DETAIL);
  return {
    access: accessBy(query, headers["authorization"]),
    ...(source === undefined
      ? {}
      : { sourceAccess: accessBy(mark === -1 ? "" : source.slice(mark + 1), headers["x-ms-copy-source-authorization"]) }),
    time: isTold ? time : now,
    clockAhead: isTold ? now - time : 0,
    ...(tenantId === undefined ? {} : { accountTenantId: tenantId }),
    ...(detail === "" ? {} : { detail }),
    ...(answer.headers["x-ms-is-soft-deleted"] === "true" ? { isSoftDeleted: true } : {}),
    ...(namesTheService(answer) ? {} : { isForeign: true }),
    ...(String(answer.headers.server).startsWith("Azurite") ? { isEmulator: true } : {}),
  };
}

function accessBy(query: string, authorization: string | undefined): Access {
  if (authorization?.startsWith("Bearer ") === true)
    return { kind: "token", tenantId: claimsOf(authorization.slice("Bearer ".length))?.tenantId };
  if (authorization !== undefined) return { kind: "key" };
  const parameters = new URLSearchParams(query);
  return parameters.has("sig") ? sasAccess(parameters) : { kind: "anonymous" };
}

function sasAccess(parameters: URLSearchParams): SasAccess {
  const text = (name: string) => parameters.get(name) ?? undefined;
  const moment = (name: string) => {
    const milliseconds = Date.parse(text(name) ?? "");
    return Number.isNaN(milliseconds) ? undefined : milliseconds;
  };
  const services = text("ss");
  const resource = services === undefined ? text("sr") : text("srt");
  return {
    kind: "sas",
    permissions: text("sp"),
    startsOn: moment("st"),
    expiresOn: moment("se"),
    madeBy: text("skoid"),
    keyStartsOn: moment("skt"),
    keyExpiresOn: moment("ske"),
    resource: resource === undefined ? undefined : services === undefined ? `sr=${resource}` : `ss=${services}, srt=${resource}`,
    addresses: text("sip"),
    policy: text("si"),
    isEscapedTwice: ["sig", "se", "st", "spr"].some((name) => /%[0-9a-f]{2}/i.test(text(name) ?? "")),
  };
}
