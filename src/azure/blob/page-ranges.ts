import type { ByteRange } from "../../engine/ports/requests";
import { ServiceError } from "../../failure/service-error";
import type { Target } from "../credential/target";
import { TIMED_OUT } from "../../failure/transient";
import { RetryPolicy } from "../http/retry";
import type { RestClient, RestRequest } from "../rest/rest-client";
import { elementText, requireElement } from "../rest/xml";

/** Bytes. Pieces of this size are not divided any further. */
const MIN_PIECE = 64 * 1024 * 1024;
const PIECES = 8;
/** Tries for a piece that can be divided. A piece that takes too long once takes too long again. */
const FEW_TRIES = 2;

interface Asked {
  readonly client: RestClient;
  readonly target: Target;
  readonly signal: AbortSignal | undefined;
}

/**
 * Get Page Ranges: the ranges that hold data, in ascending order. The service searches all writes
 * of a blob, and does not respond in time if there are too many of them. Then the blob is queried
 * piece by piece.
 */
export async function getPageRanges(client: RestClient, target: Target, signal: AbortSignal | undefined): Promise<ByteRange[]> {
  const asked = { client, target, signal };
  const ranges: ByteRange[] = [];
  await collect(asked, undefined, ranges);
  return ranges;
}

async function collect(asked: Asked, piece: ByteRange | undefined, ranges: ByteRange[]): Promise<void> {
  const before = ranges.length;
  const isSmall = piece !== undefined && piece.count <= MIN_PIECE;
  try {
    return await ask(asked, piece, isSmall ? RetryPolicy.MEDIUM : { ...RetryPolicy.MEDIUM, tries: FEW_TRIES }, ranges);
  } catch (error) {
    if (isSmall || !isTooSlow(error)) throw error;
  }
  ranges.splice(before);
  const whole = piece ?? { offset: 0, count: await lengthOf(asked) };
  const count = Math.max(MIN_PIECE, Math.ceil(whole.count / PIECES / 512) * 512);
  const end = whole.offset + whole.count;
  for (let offset = whole.offset; offset < end; offset += count) {
    await collect(asked, { offset, count: Math.min(count, end - offset) }, ranges);
  }
}

async function ask(
  { client, target, signal }: Asked,
  piece: ByteRange | undefined,
  retryPolicy: RetryPolicy,
  ranges: ByteRange[],
): Promise<void> {
  const headers: Record<string, string> = {};
  if (piece !== undefined) headers["x-ms-range"] = `bytes=${piece.offset}-${piece.offset + piece.count - 1}`;
  for (let marker = ""; ;) {
    const query: [string, string][] = [["comp", "pagelist"]];
    if (marker !== "") query.push(["marker", marker]);
    const request = { operation: "Get Page Ranges", method: "GET", query, headers, retryPolicy, repeatable: true, signal } as const;
    const page = await client.read(target, request, parsePageList);
    for (const range of page.ranges) addTo(ranges, range);
    marker = page.nextMarker;
    if (marker === "") return;
  }
}

/** Joins a range that two pieces or two pages have split. */
function addTo(ranges: ByteRange[], range: ByteRange): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.offset + last.count === range.offset) ranges.pop();
  else return void ranges.push(range);
  ranges.push({ offset: last.offset, count: last.count + range.count });
}

const PAGE_RANGE = /<PageRange>\s*<Start>(\d+)<\/Start>\s*<End>(\d+)<\/End>\s*<\/PageRange>/g;

function parsePageList(xml: string): { ranges: ByteRange[]; nextMarker: string } {
  requireElement(xml, "PageList");
  const ranges = Array.from(xml.matchAll(PAGE_RANGE), ([, start, end]) => {
    return { offset: Number(start), count: Number(end) - Number(start) + 1 };
  });
  return { ranges, nextMarker: elementText(xml, "NextMarker") ?? "" };
}

async function lengthOf({ client, target, signal }: Asked): Promise<number> {
  const request = { operation: "Get Blob Properties", method: "HEAD", retryPolicy: RetryPolicy.SHORT, repeatable: true, signal } as const;
  const { headers } = await client.send(target, request satisfies RestRequest);
  return Number(headers["content-length"] ?? 0);
}

function isTooSlow(error: unknown): boolean {
  return error instanceof ServiceError && (error.code === TIMED_OUT || error.code === "OperationTimedOut" || error.status === 504);
}
