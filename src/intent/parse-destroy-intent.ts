import { badIntent, parseLocation } from "./parse-intent";
import { type CopyStatus, type DestroyIntent, DestroyPolicy, INTENT_VERSION } from ".";

/** Checks what Terraform's `self.input` brought and gives it its type. @throws CopyFailure that lists all problems */
export function parseDestroyIntent(json: unknown): DestroyIntent {
  const problems: string[] = [];
  const intent = fieldsOf(json);
  const receipt = fieldsOf(intent.receipt);
  const text = (value: unknown) => (typeof value === "string" ? value : "");

  if (intent.version !== INTENT_VERSION) {
    problems.push(`version is ${String(intent.version)}, but this program reads version ${INTENT_VERSION}`);
  }
  const destination = parseLocation(intent.destination, "destination", problems);
  const onDestroy = Object.values(DestroyPolicy).find((policy) => policy === intent.onDestroy);
  if (onDestroy === undefined) problems.push(`onDestroy must be one of ${Object.values(DestroyPolicy).join(", ")}`);
  for (const name of ["etag", "copyId", "copyStatus"])
    if (typeof receipt[name] !== "string") problems.push(`receipt.${name} must be a string`);
  if (problems.length > 0 || onDestroy === undefined) throw badIntent(problems);

  return {
    version: INTENT_VERSION,
    owner: text(intent.owner),
    destination,
    // Terraform writes null for what is not set.
    ...(typeof intent.destinationLeaseId === "string" ? { destinationLeaseId: intent.destinationLeaseId } : {}),
    onDestroy,
    receipt: {
      etag: text(receipt.etag),
      copyId: text(receipt.copyId),
      copyStatus: receipt.copyStatus as CopyStatus,
      versionId: text(receipt.versionId),
    },
  };
}

function fieldsOf(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
}
