import { BlobState, httpDate } from "./state/blob-state";
import type { Answer, Call, World } from "./http/call";
import { contentAnswer, propertyHeaders } from "./operations/blob-reads";
import { ServiceFailure } from "./service-failure";

/** Get File and Get File Properties, of Azure Files. */
export function getFile(call: Call): Answer {
  const file = call.account.files.get(`${call.containerName}/${call.blobName}`);
  if (file === undefined) throw new ServiceFailure("ResourceNotFound");
  const headers = propertyHeaders(file);
  headers.push("x-ms-type", "File", "x-ms-server-encrypted", "true");
  if (call.method === "GET") return contentAnswer(call, file, headers);
  headers.push("Content-Length", String(file.content.length));
  if (file.headers.contentMd5 !== undefined) headers.push("Content-MD5", file.headers.contentMd5);
  return { status: 200, headers };
}

/** A plain web server: no Azure headers. */
export function getWebObject(world: World, call: Call, name: string): Answer {
  const found = world.webObjects.get(name);
  if (found === undefined) return { status: 404, headers: [], body: "Not Found" };
  if (call.method === "HEAD" && !found.allowsHead) return { status: 405, headers: ["Allow", "GET"] };
  const headers = ["Content-Type", found.contentType, "Last-Modified", httpDate(found.lastModified), "Accept-Ranges", "bytes"];
  if (found.etag !== undefined) headers.push("ETag", found.etag);
  if (call.method === "HEAD") return { status: 200, headers: [...headers, "Content-Length", String(found.content.length)] };
  const state = new BlobState("BlockBlob");
  state.content = found.content;
  return contentAnswer(call, state, headers);
}
