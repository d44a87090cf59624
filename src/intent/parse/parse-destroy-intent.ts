import { badIntent } from "../../failure/bad-intent";
import { type CopyStatus, type DestroyIntent, DestroyPolicy, INTENT_VERSION, type SetDestroyIntent } from "..";
import { Fields } from "./fields";
import { parseLocation } from "./parse-copy";
import { parsePrefix } from "./parse-set";

/**
 * Checks the value of Terraform's `self.input`, and returns it with its type.
 *
 * @throws CopyFailure that lists all problems
 */
export function parseDestroyIntent(json: unknown): DestroyIntent | SetDestroyIntent {
  const problems: string[] = [];
  const intent = new Fields(json, "", problems);
  const version = intent.raw("version");
  if (version !== INTENT_VERSION)
    problems.push(`version is ${JSON.stringify(version ?? "absent")}, but this program reads version ${INTENT_VERSION}`);
  const set = intent.child("set");
  const parsed = set === undefined ? parseOfCopy(intent) : parseOfSet(intent, set);
  if (problems.length > 0) throw badIntent("copy intent", problems);
  return parsed;
}

function parseOfSet(intent: Fields, set: Fields): SetDestroyIntent {
  const name = set.text("name");
  return {
    version: INTENT_VERSION,
    owner: intent.text("owner") ?? "",
    spelling: intent.text("spelling") ?? "",
    set: { destination: parsePrefix(set.requiredChild("destination")), ...(name === undefined ? {} : { name }) },
  };
}

function parseOfCopy(intent: Fields): DestroyIntent {
  const destinationLeaseId = intent.text("destinationLeaseId");
  const receipt = intent.requiredChild("receipt");
  for (const name of ["etag", "copyId", "copyStatus"]) if (typeof receipt.raw(name) !== "string") receipt.problem(name, "must be a string");
  const onDestroy = intent.oneOf("onDestroy", DestroyPolicy);
  if (!intent.has("onDestroy")) intent.problem("onDestroy", `must be one of ${Object.values(DestroyPolicy).join(", ")}`);
  const origin = receipt.text("origin");
  const spelling = intent.text("spelling");
  return {
    version: INTENT_VERSION,
    owner: intent.text("owner") ?? "",
    destination: parseLocation(intent.requiredChild("destination")),
    ...(spelling === undefined ? {} : { spelling }),
    ...(destinationLeaseId === undefined ? {} : { destinationLeaseId }),
    onDestroy: onDestroy ?? DestroyPolicy.RETAIN,
    receipt: {
      etag: receipt.text("etag") ?? "",
      copyId: receipt.text("copyId") ?? "",
      copyStatus: (receipt.text("copyStatus") ?? "") as CopyStatus,
      versionId: receipt.text("versionId") ?? "",
      ...(origin === "copied" || origin === "found" ? { origin } : {}),
    },
  };
}
