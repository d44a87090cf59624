import { ExitCode } from "./exit-code";
import { CopyFailure } from "./copy-failure";
import { REMEDIES } from "./remedies";
import type { Side } from "./service-error";
import { isAboutSource, isRedirection, sourceChanged } from "./service-codes";
import { ServiceError } from "./service-error";

/** Turns the service's answer into a sentence with code, side, cause and remedy, and the exit code of its kind. */
export function explain(error: unknown, what: string): CopyFailure {
  if (error instanceof CopyFailure) return error;
  if (!(error instanceof ServiceError)) {
    const message = error instanceof Error ? error.message : String(error);
    return new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what,
      why: message,
      remedy: "this is a defect of the program: please report it with this output",
      cause: error,
    });
  }
  const blamesSource = error.side === "source" || isAboutSource(error);
  const side: Side = blamesSource ? "source" : "destination";
  const code = (blamesSource ? error.copySourceCode : undefined) ?? error.code;
  const status = (blamesSource ? error.copySourceStatus : undefined) ?? error.status;
  return new CopyFailure({
    exitCode: exitCodeOf(side, status, code),
    what,
    side,
    why: reason(error),
    remedy: remedyFor(error, side, status, code),
    cause: error,
  });
}

function reason(error: ServiceError): string {
  const request = error.requestId === undefined ? "" : ` (request id ${error.requestId})`;
  if (error.status === 0) return `${error.operation} on ${error.url} got no answer: ${error.code}: ${error.message}`;
  const source =
    error.copySourceStatus === undefined ? "" : `, the source answered ${error.copySourceStatus} ${error.copySourceCode ?? ""}`.trimEnd();
  return `${error.operation} on ${error.url} was answered ${error.status} ${error.code}${source}: ${error.message}${request}`;
}

function exitCodeOf(side: Side, status: number, code: string): ExitCode {
  if (status === 401 || status === 403) return ExitCode.NOT_AUTHORISED;
  if (side === "source" && (status === 404 || code.endsWith("NotFound"))) return ExitCode.SOURCE_NOT_FOUND;
  return ExitCode.COPY_FAILED;
}

function remedyFor(error: ServiceError, side: Side, status: number, code: string): string {
  const known = REMEDIES[sourceChanged(error) ? "SourceConditionNotMet" : code];
  if (error.operation === "Get Blob Tags" && (status === 401 || status === 403)) {
    return `let the ${side}'s tags be read: Storage Blob Data Owner for an identity, the permission t for a SAS; or leave tags and copySourceTags out`;
  }
  if (known !== undefined) return known;
  if (error.status === 0) return "check the network, the host name and the endpoint, then deploy again";
  if (side === "source" && isRedirection({ status })) {
    return "give the URL that it leads to if that one lasts; that of a release's download lasts for minutes, so put such a file into storage first";
  }
  if (side === "source") {
    const cause =
      status === 401 || status === 403
        ? "a missing or expired credential, a SAS without r, or a firewall"
        : status === 404
          ? "a wrong name"
          : "its name, credential or firewall";
    return `the service could not read the source; check ${cause}: the storage service itself must be able to reach it`;
  }
  if (status === 401 || status === 403) return "check the destination's credential and its permissions";
  if (status >= 500) return "the service failed: deploy again; give Azure support the request id";
  return "see the service's reason above";
}
