import { withoutQuery } from "../../util/redaction";

/** Whether two URLs without secrets name the same source; the service may give one back escaped differently. */
export function sameSource(one: string, other: string): boolean {
  return one === other || canonical(one) === canonical(other);
}

/** Whether two URLs name the same blob, whichever of its snapshots or versions they mean. */
export function sameBlob(one: string, other: string): boolean {
  return sameSource(withoutQuery(one), withoutQuery(other));
}

function canonical(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}${decodeURIComponent(parsed.pathname)}?${[...parsed.searchParams].sort().join("&")}`;
  } catch {
    return url;
  }
}
