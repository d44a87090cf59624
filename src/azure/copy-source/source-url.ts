import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { BlobUrl } from "../address/blob-url";

/** Maximum length of `x-ms-copy-source`, in characters. */
const MAX_URL = 2_048;

/** The source's URL for `x-ms-copy-source`, with the query that lets the service read it. */
export function sourceUrl({ url, query }: BlobUrl, access: string): string {
  const all = [query, access].filter((part) => part !== "").join("&");
  return checkSourceUrl(all === "" ? url : `${url}?${all}`, url);
}

/**
 * Returns the URL if the service accepts it as a copy source. `name`: the same URL without a query.
 */
export function checkSourceUrl(url: string, name: string): string {
  if (url.length <= MAX_URL) return url;
  throw new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `${name} cannot be copied`,
    side: "source",
    why: `its URL has ${url.length} characters including the query that lets the service read it, and the service accepts ${MAX_URL}`,
    remedy: "give the source a shorter name, or declare the default Azure credential for it, which needs no SAS in the URL.",
  });
}
