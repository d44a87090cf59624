import { createHash } from "node:crypto";
import { withoutCredentials } from "../intent/url-secrets";
import { withoutSecrets } from "./secrets/redaction";

const MOMENT = /^(snapshot|versionid|sharesnapshot)=/i;

/**
 * A source's URL as it can be kept and printed: which blob, snapshot or version it is, without any secret. A query that
 * chooses the object, as web servers have it, becomes a hash: two objects differ, and what it says is not told.
 */
export function sourceIdentity(url: string): string {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? "";
  const chooses = withoutCredentials(query)
    .split("&")
    .filter((parameter) => parameter !== "" && !MOMENT.test(parameter));
  const hash = createHash("sha256").update(chooses.sort().join("&")).digest("hex").slice(0, 16);
  return withoutSecrets(url) + (chooses.length === 0 ? "" : `#${hash}`);
}
