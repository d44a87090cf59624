import { createHash } from "node:crypto";
import { withoutCredentials } from "../intent/url-secrets";
import { withoutSecrets } from "./secrets/redaction";

const MOMENT = /^(snapshot|versionid|sharesnapshot)=/i;

/**
 * A source's URL in a form that can be kept and printed: it identifies the blob, snapshot or
 * version, and contains no secret. A query that selects the object, as on web servers, becomes a
 * hash, so that two objects differ and the query is not revealed.
 */
export function sourceIdentity(url: string): string {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? "";
  const chooses = withoutCredentials(query)
    .split("&")
    .filter((parameter) => parameter !== "" && !MOMENT.test(parameter));
  const hash = createHash("sha256").update(chooses.sort().join("&")).digest("hex").slice(0, 16);
  return withoutSecrets(url) + (chooses.length === 0 ? "" : `#${hash}`);
}
