import { authorize } from "../http/authorization";
import { BlobState, momentOf, type AccountState } from "../state/blob-state";
import { decode, parsePath, parseQuery, type Call, type Query, type World } from "../http/call";
import { checkKey } from "../state/customer-key";
import { failedSourceCondition } from "../state/conditions";
import { ServiceFailure } from "../service-failure";

export interface CopySource {
  readonly kind: "blob" | "file" | "web";
  /** Name of its storage account; undefined on the plain web server. */
  readonly account: string | undefined;
  readonly state: BlobState;
  readonly mayReadTags: boolean;
  /** Whether the source still has the ETag that it had when the copy started. */
  readonly isUnchanged: () => boolean;
}

const CONDITIONS = ["match", "none-match", "modified-since", "unmodified-since"].map((name) => `x-ms-source-if-${name}`);
const NOT_MET = "The condition specified using HTTP conditional header(s) is not met.";
const NOT_THERE = "The specified resource does not exist.";
const NOT_VERIFIED = "Could not verify the copy source within the specified time.";
const URL_LIMIT_BYTES = 2 * 1024;
export const WEB_PREFIX = "/public-web/";

function refused(status: number, code: string, message = status === 404 ? NOT_THERE : NOT_VERIFIED): ServiceFailure {
  return new ServiceFailure("CannotVerifyCopySource", {
    status,
    message,
    headers: ["x-ms-copy-source-status-code", String(status), "x-ms-copy-source-error-code", code],
    details: { CopySourceStatusCode: String(status), CopySourceErrorCode: code, CopySourceErrorMessage: message },
  });
}

/** Mirrors the source's answer, with a code that names the source. */
function reading<Result>(world: World, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof MissingInOwnAccount || !(error instanceof ServiceFailure)) throw error;
    const { code, status, message } = error;
    const failure = code === "CannotVerifyCopySource" ? error : refused(status, code, message);
    const isTold = !world.script.ways.is("missing-source", "told without the source's answer");
    throw isTold ? failure : new ServiceFailure("CannotVerifyCopySource", { status, message });
  }
}

function webSource(world: World, name: string): CopySource {
  const found = world.webObjects.get(name);
  if (found === undefined) throw refused(404, "ResourceNotFound");
  const state = new BlobState("BlockBlob");
  state.content = found.content;
  state.headers = { contentType: found.contentType };
  state.lastModified = found.lastModified;
  if (found.etag !== undefined) state.etag = found.etag;
  return { kind: "web", account: undefined, state, mayReadTags: false, isUnchanged: () => world.webObjects.get(name)?.etag === found.etag };
}

interface SourceAddress {
  readonly account: AccountState;
  readonly container: string;
  readonly name: string;
  readonly query: Query;
  /** Whether it is read with the caller's own rights. */
  readonly isOwn: boolean;
  readonly mayReadTags: boolean;
}

/** Reported without a mirrored code, since no other account was asked. */
class MissingInOwnAccount extends ServiceFailure {
  constructor() {
    super("BlobNotFound");
  }
}

function fileSource(address: SourceAddress): CopySource {
  const key = `${address.container}/${address.name}`;
  const state = address.account.files.get(key);
  if (state === undefined) throw refused(404, "ResourceNotFound");
  const { etag } = state;
  return {
    kind: "file",
    account: address.account.name,
    state,
    mayReadTags: false,
    isUnchanged: () => address.account.files.get(key)?.etag === etag,
  };
}

function blobSource(address: SourceAddress, isToldAsMissing: boolean): CopySource {
  const container = address.account.containers.get(address.container);
  if (container === undefined) throw refused(404, "ContainerNotFound");
  const find = () => momentOf(container.entry(address.name), address.query);
  const state = find();
  if (state === undefined) throw address.isOwn && isToldAsMissing ? new MissingInOwnAccount() : refused(404, "BlobNotFound");
  const { etag } = state;
  return { kind: "blob", account: address.account.name, state, mayReadTags: address.mayReadTags, isUnchanged: () => find()?.etag === etag };
}

function mayReuseCallerRights(call: Call, account: AccountState): boolean {
  const { kind } = call.principal;
  return account === call.account && (kind === "sharedKey" || (kind === "bearer" && call.may("r")));
}

interface CopySourceOptions {
  readonly reusesCaller: boolean;
  /**
   * Whether a failed source condition is reported as the source's own answer, as it was recorded
   * for these operations.
   */
  readonly mirrorsConditions?: boolean;
}

/**
 * The source of a copy, read by the service itself. `reusesCaller`: Copy Blob does not need a SAS
 * within an account.
 */
export function copySourceOf(call: Call, options: CopySourceOptions): CopySource {
  const text = call.header("x-ms-copy-source");
  if (text === undefined) throw new ServiceFailure("MissingRequiredHeader");
  const [, scheme, host = "", path = "", search = ""] = /^(https?):\/\/([^/?#]+)([^?#]*)(?:\?([^#]*))?$/i.exec(text) ?? [];
  if (scheme === undefined || Buffer.byteLength(text) > URL_LIMIT_BYTES) {
    throw new ServiceFailure("InvalidHeaderValue", { details: { HeaderName: "x-ms-copy-source", HeaderValue: text } });
  }
  const { world } = call;
  if (call.account.rules.restrictsCopies === true && parsePath(path).account !== call.account.name)
    throw new ServiceFailure("AuthorizationFailure");
  const source = reading(world, () => {
    if (host === world.blobHost && path.startsWith(WEB_PREFIX)) return webSource(world, decode(path.slice(WEB_PREFIX.length)));
    const service = host === world.fileHost ? "file" : "blob";
    const parsed = parsePath(path);
    const account = world.accounts.get(parsed.account);
    if ((service === "blob" && host !== world.blobHost) || account === undefined) throw refused(404, "ResourceNotFound");
    const query = parseQuery(search);
    const authorization = call.header("x-ms-copy-source-authorization");
    const needsNoRights = query.sig === undefined && authorization === undefined && options.reusesCaller;
    const isOwn = service === "blob" && needsNoRights && mayReuseCallerRights(call, account);
    let mayReadTags = isOwn;
    if (!isOwn) {
      const principal = authorize(world, {
        account,
        service,
        container: parsed.container,
        blob: parsed.blob,
        query,
        authorization,
        header: () => undefined,
        isService: account !== call.account,
      });
      if (principal.permissions !== undefined && !principal.permissions.includes("r"))
        throw new ServiceFailure("AuthorizationPermissionMismatch");
      mayReadTags = principal.permissions?.includes("t") !== false;
      if (service === "file" && principal.kind === "bearer" && call.header("x-ms-file-request-intent") !== "backup") {
        throw new ServiceFailure("MissingRequiredHeader");
      }
    }
    const address = { account, container: parsed.container, name: parsed.blob, query, isOwn, mayReadTags };
    const found = service === "file" ? fileSource(address) : blobSource(address, world.script.ways.is("missing-source", "told as missing"));
    checkKey(call, found.state, "x-ms-source-encryption");
    return found;
  });
  if (source.state.copy?.status === "pending" && options.reusesCaller) throw new ServiceFailure("PendingCopyOperation");
  if (source.kind === "file" && options.reusesCaller && CONDITIONS.some((name) => call.header(name) !== undefined)) {
    throw new ServiceFailure("UnsupportedHeader");
  }
  const failed = failedSourceCondition(call, source.state);
  if (failed === undefined) return source;
  const { ways } = world.script;
  const isMirrored =
    ways.is("source-condition", "as the source's answer") ||
    (options.mirrorsConditions === true && ways.is("source-condition", "as last recorded"));
  if (isMirrored && failed.code === "SourceConditionNotMet") throw refused(failed.status, "ConditionNotMet", NOT_MET);
  throw new ServiceFailure(failed.code);
}
