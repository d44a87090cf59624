/**
 * The limit of one node process: the same ready-made request for each blob, over keep-alive
 * connections, reading only the status. Prints the seconds that the loop took.
 */
import { Agent, request } from "node:http";
import { blobName } from "../service/protocol";

const { SOURCE = "", SOURCE_SAS = "", DESTINATION = "", DESTINATION_SAS = "", COUNT = "", IN_FLIGHT = "" } = process.env;
const count = Number(COUNT);
const inFlight = Number(IN_FLIGHT);
const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
const { hostname, port, pathname } = new URL(DESTINATION);

function copy(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({
      agent,
      hostname,
      port,
      method: "PUT",
      path: `${pathname}/${name}?${DESTINATION_SAS}`,
      headers: {
        "Content-Length": 0,
        "x-ms-version": "2024-11-04",
        "x-ms-blob-type": "BlockBlob",
        "x-ms-copy-source": `${SOURCE}/${name}?${SOURCE_SAS}`,
      },
    });
    sent.once("error", reject);
    sent.once("response", (response) => {
      response.resume();
      if (response.statusCode === 201) response.once("end", resolve);
      else reject(new Error(`status ${String(response.statusCode)} for ${name}`));
    });
    sent.end();
  });
}

let next = 0;
async function work(): Promise<void> {
  while (next < count) await copy(blobName(next++));
}

const startedAt = performance.now();
void Promise.all(Array.from({ length: inFlight }, work)).then(() => {
  process.stdout.write(`${((performance.now() - startedAt) / 1_000).toFixed(4)}\n`);
  agent.destroy();
});
