import { keyHeaders } from "../../azure/rest/request-headers";
import { BlobType } from "../../intent";
import { type Finding, notApplicable } from "./check";
import type { Laboratory } from "./laboratory";
import type { Answered } from "./requests";

/** Put Blob at the destination, with the suite's key. */
async function keyed(lab: Laboratory): Promise<{ readonly name: string; readonly answer: Answered }> {
  const name = lab.destination.freshName("keyed");
  const headers = { "x-ms-blob-type": BlobType.BLOCK, "x-ms-meta-a": "b", ...keyHeaders(lab.key) };
  return { name, answer: await lab.destination.ask(name, { operation: "Put Blob", headers, body: "encrypted" }) };
}

/** Emulators accept the headers and ignore them. */
export async function withKey(lab: Laboratory, check: (name: string) => Promise<Finding>): Promise<Finding> {
  const { name, answer } = await keyed(lab);
  if (answer.status >= 300)
    return notApplicable(`Put Blob with a customer-provided key was answered ${answer.status} ${answer.code ?? ""}`);
  if (answer.headers["x-ms-encryption-key-sha256"] !== lab.key.sha256) return notApplicable("the service ignores such a key");
  return check(name);
}
