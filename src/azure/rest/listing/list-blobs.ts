import type { ListedBlob, ListRequest } from "../../../engine/ports/blob-container";
import type { Target } from "../../credential/target";
import { RetryPolicy } from "../../http/retry";
import { type ListedPage, parseListedPage } from "./list-blobs-xml";
import type { RestClient } from "../rest-client";
import { MalformedXml } from "../xml";

const MAX_PAGE = 5_000;
/** Bytes of a page: 8 KiB of metadata for each blob, and as much again around it. */
const MAX_BYTES = 80 * 1024 * 1024;

/** List Blobs: the blobs of a container in pages, in the order of their names. */
export async function* listBlobs(client: RestClient, container: Target, request: ListRequest): AsyncIterable<readonly ListedBlob[]> {
  const { readsAhead = true } = request;
  // A listing that returns to an earlier marker would never end.
  const markers = new Set<string>();
  let next = page(client, container, request, "", markers);
  for (;;) {
    const { blobs, nextMarker } = await next;
    const more = nextMarker !== "";
    if (more && readsAhead) {
      next = page(client, container, request, nextMarker, markers.add(nextMarker));
      // A caller that stops early does not wait for this page.
      next.catch(() => undefined);
    }
    yield blobs;
    if (!more) return;
    if (!readsAhead) next = page(client, container, request, nextMarker, markers.add(nextMarker));
  }
}

async function page(
  client: RestClient,
  container: Target,
  wanted: ListRequest,
  marker: string,
  markers: ReadonlySet<string>,
): Promise<ListedPage> {
  const { prefix, startFrom, details, pageSize = MAX_PAGE, signal } = wanted;
  const include: string[] = (["snapshots", "metadata", "tags", "copy"] as const).filter((name) => details?.[name] === true);
  if (details?.protection === true) include.push("immutabilitypolicy", "legalhold");
  const query: [string, string][] = [
    ["restype", "container"],
    ["comp", "list"],
    ["maxresults", String(pageSize)],
  ];
  if (prefix !== "") query.push(["prefix", prefix]);
  if (startFrom !== undefined) query.push(["startFrom", startFrom]);
  if (include.length > 0) query.push(["include", include.join(",")]);
  if (marker !== "") query.push(["marker", marker]);
  const list = { operation: "List Blobs", method: "GET", query, maxBytes: MAX_BYTES } as const;
  const request = { ...list, retryPolicy: RetryPolicy.SHORT, repeatable: true, signal } as const;
  return client.read(container, request, (body) => {
    const listed = parseListedPage(body, details, container.encryptionKey);
    // In the listing of another prefix, blobs that exist would look absent.
    if (!listed.blobs.every(({ name }) => name.startsWith(prefix))) throw new MalformedXml("the listing is not for the requested prefix");
    if (markers.has(listed.nextMarker)) throw new MalformedXml("the listing repeats itself");
    return listed;
  });
}

/** The container of a blob. */
export function containerOf({ blob, ...target }: Target): Target {
  const path = `${new URL(blob.serviceUrl).pathname.replace(/\/$/, "")}/${blob.containerName}`;
  const url = `${blob.serviceUrl}/${blob.containerName}`;
  return { ...target, blob: { ...blob, path, url, query: "", blobName: "", snapshot: undefined, versionId: undefined } };
}
