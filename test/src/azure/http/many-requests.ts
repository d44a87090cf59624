/**
 * Sends many requests at once, of both kinds and through several clients, as a guardian of several
 * copies does.
 */
import { openSync } from "node:fs";
import { parseEndpoint } from "../../../../src/azure/address/endpoint";
import { EmptyPuts } from "../../../../src/azure/fast-put/empty-puts";
import { HttpConnections, NoAnswer } from "../../../../src/azure/http/exchange";

const [port = "", count = "0", mode = "roomy"] = process.argv.slice(2);
const endpoint = parseEndpoint("http", `127.0.0.1:${port}`);
if (endpoint === undefined) throw new Error("no endpoint");

if (mode === "full") {
  try {
    for (;;) openSync("/dev/null", "r");
  } catch {
    // All descriptors are in use.
  }
}

const clients = [1, 2, 3].map(() => new HttpConnections({}));
const puts = new EmptyPuts(clients[0]?.dialerTo(endpoint) ?? new HttpConnections({}).dialerTo(endpoint), 60_000);

function byNode(client: HttpConnections): Promise<string> {
  const request = { endpoint: endpoint ?? never(), method: "GET", path: "/", headers: {}, body: undefined, timeout: 60_000 };
  const options = { headersOnly: false, maxBytes: 1_000, isUrgent: false, signal: undefined };
  return client.exchange({ ...request, ...options }).then(
    ({ status }) => String(status),
    (error: unknown) => (error instanceof NoAnswer ? error.code : String(error)),
  );
}

function byHand(): Promise<string> {
  return new Promise((resolve) => {
    puts.send("/", `Host: 127.0.0.1:${port}\r\nContent-Length: 0\r\n`, (answer, failure) => {
      resolve(answer === undefined ? (failure?.code ?? "") : String(answer.status));
    });
  });
}

function never(): never {
  throw new Error("unreachable");
}

void Promise.all(
  Array.from({ length: Number(count) }, (_, index) => {
    const client = clients[index % 4];
    return client === undefined ? byHand() : byNode(client);
  }),
).then((outcomes) => {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  console.log(JSON.stringify(counts));
  process.exit(0);
});
