import { ExitCode } from "./exit-code";
import { CopyFailure } from "./copy-failure";
import type { Clues } from "./diagnosis/clues";
import { loadDiagnosis } from "./diagnosis/load-diagnosis";
import { isAboutSource, isRedirection, sourceChanged } from "./service-codes";
import { ServiceError } from "./service-error";

/**
 * Turns the service's response into a sentence with code, side, cause and remedy, and into the
 * matching exit code.
 */
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
  const clues = cluesOf(error);
  const diagnosis = loadDiagnosis()?.diagnose(clues);
  return new CopyFailure({
    exitCode: exitCodeOf(clues),
    what,
    side: clues.side,
    why: diagnosis?.why === undefined ? reason(error) : `${diagnosis.why}; ${reason(error)}`,
    remedy: diagnosis?.remedy ?? remedyForUnknown(error, clues),
    cause: error,
  });
}

/** Describes the failure for the side that caused it. */
export function cluesOf(error: ServiceError): Clues {
  const { operation, message, evidence } = error;
  const blamesSource = error.side === "source" || isAboutSource(error);
  const isRelayed = blamesSource && error.side === "destination";
  const common = { side: blamesSource ? "source" : error.side, operation, message, isRelayed, evidence } as const;
  if (!isRelayed) return { ...common, code: error.code, status: error.status, access: evidence?.access };
  const told = error.copySourceCode ?? (error.code === "CannotVerifyCopySource" ? loadDiagnosis()?.codeToldBy(message) : undefined);
  const code = sourceChanged(error) ? "SourceConditionNotMet" : (told ?? error.code);
  // Within an account the service reads the source with the destination's own credential.
  const access = evidence?.sourceAccess?.kind === "anonymous" && operation === "Copy Blob" ? undefined : evidence?.sourceAccess;
  return { ...common, code, status: error.copySourceStatus ?? error.status, access };
}

/** The remedy; undefined if the cause is unknown. */
export function remedyOf(error: ServiceError): string | undefined {
  return loadDiagnosis()?.diagnose(cluesOf(error))?.remedy;
}

/** Describes the request and its outcome. */
export function reason(error: ServiceError): string {
  const request = error.requestId === undefined ? "" : ` (request id ${error.requestId})`;
  if (error.status === 0) return `${error.operation} on ${error.url} got no answer: ${error.code}: ${error.message}`;
  const source =
    error.copySourceStatus === undefined ? "" : `, the source answered ${error.copySourceStatus} ${error.copySourceCode ?? ""}`.trimEnd();
  return `${error.operation} on ${error.url} was answered ${error.status} ${error.code}${source}: ${error.message}${request}`;
}

/** Codes with status 409 that are nevertheless about authorisation. */
const REFUSALS: readonly string[] = ["PublicAccessNotPermitted"];

function exitCodeOf({ side, status, code }: Clues): ExitCode {
  if (status === 401 || status === 403 || REFUSALS.includes(code)) return ExitCode.NOT_AUTHORISED;
  if (side === "source" && (status === 404 || code.endsWith("NotFound"))) return ExitCode.SOURCE_NOT_FOUND;
  return ExitCode.COPY_FAILED;
}

function remedyForUnknown(error: ServiceError, { side, status, isRelayed }: Clues): string {
  if (error.status === 0) return "check the network, the host name and the endpoint, then deploy again";
  if (side === "source" && isRedirection({ status })) {
    return "declare the URL to which it redirects, if that URL is permanent; the URL of a release's download is valid for minutes, so copy such a file into storage first";
  }
  const isDenied = status === 401 || status === 403;
  if (side === "source" && (isDenied || status === 404)) {
    const cause = isDenied ? "a missing or expired credential, a SAS without r, or a firewall" : "a wrong name";
    const who = isRelayed ? "the service could not read the source" : "this machine could not read the source";
    return `${who}; check for ${cause}: the storage service itself must be able to reach the source`;
  }
  if (isDenied) return "check the destination's credential and its permissions";
  if (status >= 500) {
    const next =
      error.requestId === undefined
        ? "if it fails again, look for a server in between, such as a proxy"
        : "if it fails again, give Azure support the request id";
    return `the ${side === "source" ? "source" : "service"} failed: deploy again; ${next}`;
  }
  return side === "source" && isRelayed ? "see the source's reason above" : "see the service's reason above";
}
