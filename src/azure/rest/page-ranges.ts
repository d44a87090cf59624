import type { ByteRange } from "../../engine/ports/blob-store";
import type { Target } from "../credential/target";
import { Patience } from "../http/retry";
import type { RestClient } from "./rest-client";
import { elementText } from "./xml";

/** Get Page Ranges: those that hold data, ascending. */
export async function getPageRanges(client: RestClient, target: Target, signal: AbortSignal | undefined): Promise<ByteRange[]> {
  const ranges: ByteRange[] = [];
  for (let marker = ""; ;) {
    const query: [string, string][] = [["comp", "pagelist"]];
    if (marker !== "") query.push(["marker", marker]);
    const request = { operation: "Get Page Ranges", method: "GET", query, patience: Patience.MEDIUM, repeatable: true, signal } as const;
    const { body } = await client.send(target, request);
    for (const [, start, end] of body.matchAll(PAGE_RANGE)) ranges.push({ offset: Number(start), count: Number(end) - Number(start) + 1 });
    marker = elementText(body, "NextMarker") ?? "";
    if (marker === "") return ranges;
  }
}

const PAGE_RANGE = /<PageRange>\s*<Start>(\d+)<\/Start>\s*<End>(\d+)<\/End>\s*<\/PageRange>/g;
