import { keyHeaders } from "../../azure/rest/request-headers";
import { type Check, expectAll, settled } from "../lab/check";
import { withKey } from "../lab/keyed";

/** Encryption keys that are sent with each request. */
export const keyAssumptions: readonly Check[] = [
  {
    id: "blob-with-a-key-is-hidden",
    says: "a blob that was written with a key is not shown without it, but the hash of the key and the ETag are listed",
    run: (lab) =>
      withKey(lab, async (name) => {
        const look = { operation: "Get Blob Properties", method: "HEAD" } as const;
        const without = await lab.destination.ask(name, look);
        const withIt = await lab.destination.ask(name, { ...look, headers: keyHeaders(lab.key) });
        const listed = await lab.destination.properties(name);
        return expectAll(
          { without: without.code, withIt: withIt.headers["x-ms-encryption-key-sha256"], listed: listed.keys, etag: listed.etag },
          {
            without: "BlobUsesCustomerSpecifiedEncryption",
            withIt: lab.key.sha256,
            listed: { isUsed: true, isDeclared: false },
            etag: withIt.headers.etag,
          },
        );
      }),
  },
  {
    id: "key-of-a-blob-without-one",
    says: "Get Blob Properties with a key is refused for a blob that has none, or the key is ignored",
    run: (lab) =>
      withKey(lab, async () => {
        const { name } = await lab.destination.put();
        const headers = keyHeaders(lab.key);
        const { status, code } = await lab.destination.ask(name, { operation: "Get Blob Properties", method: "HEAD", headers });
        return settled(status < 300 ? "it is ignored" : `it is refused: ${status} ${code ?? ""}`);
      }),
  },
  {
    id: "overwritten-without-its-key",
    says: "a blob that has a key can be overwritten as a whole without it, or the write is refused",
    run: (lab) =>
      withKey(lab, async (name) => {
        const { status, code } = await lab.destination.overwrite(name, "plain");
        return settled(status < 300 ? "it is overwritten" : `it is refused: ${status} ${code ?? ""}`);
      }),
  },
  {
    id: "headers-of-what-has-a-key",
    says: "Set Blob Properties, which takes no key, sets the headers of a blob that has one, or is refused",
    run: (lab) =>
      withKey(lab, async (name) => {
        const { status, code } = await lab.destination.setHeaders(name, "text/new");
        return settled(status < 300 ? "they are set" : `it is refused: ${status} ${code ?? ""}`);
      }),
  },
];
