import http from "node:http";
import net from "node:net";
import tls from "node:tls";
import type { Endpoint } from "../address/endpoint";

/** As curl, AzCopy and Terraform's own providers find it. */
const VARIABLES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] as const;
const CONNECT_TIMEOUT = 30_000;

/** An HTTP proxy that https connections go through, by CONNECT: it sees where they go, and nothing of what they carry. */
export class Proxy {
  /** What the environment says about this endpoint; undefined: it is reached directly, as everything over http is. */
  static of(endpoint: Endpoint, environment: NodeJS.ProcessEnv): Proxy | undefined {
    if (endpoint.protocol === "http:" || endpoint.isLoopback) return undefined;
    const text = VARIABLES.map((name) => environment[name]?.trim()).find(Boolean);
    if (text === undefined || isExempt(endpoint, environment.NO_PROXY ?? environment.no_proxy ?? "")) return undefined;
    const url = parseProxyUrl(text);
    return url === undefined ? undefined : new Proxy(url);
  }

  private constructor(private readonly url: URL) {}

  /** CONNECT; resolves with a connection to the endpoint on which TLS is still to be spoken. */
  connect(endpoint: Endpoint): Promise<net.Socket> {
    const isSecure = this.url.protocol === "https:";
    const host = this.url.hostname.replace(/^\[|\]$/g, "");
    const port = Number(this.url.port || (isSecure ? 443 : 80));
    const target = `${endpoint.hostname.includes(":") ? `[${endpoint.hostname}]` : endpoint.hostname}:${endpoint.port}`;
    const { username, password } = this.url;
    const authorization = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
    return new Promise((resolve, reject) => {
      const request = http.request({
        method: "CONNECT",
        path: target,
        agent: false,
        timeout: CONNECT_TIMEOUT,
        headers: { host: target, ...(username === "" ? {} : { "proxy-authorization": `Basic ${authorization}` }) },
        ...(isSecure
          ? { createConnection: () => tls.connect({ host, port, servername: net.isIP(host) === 0 ? host : "" }) }
          : { host, port }),
      });
      request.once("timeout", () => request.destroy(refusal(host, "it does not answer")));
      request.once("error", (error) => reject(Object.assign(error, { message: `proxy ${host}: ${error.message}` })));
      request.once("response", (answer) => {
        answer.resume();
        reject(refusal(host, `it answered CONNECT with ${answer.statusCode ?? 0}`));
      });
      request.once("connect", (answer, socket) => {
        socket.setTimeout(0);
        if (answer.statusCode === 200) return resolve(socket);
        socket.destroy();
        reject(refusal(host, `it answered CONNECT with ${answer.statusCode ?? 0}`));
      });
      request.end();
    });
  }
}

function refusal(host: string, why: string): Error {
  return Object.assign(new Error(`proxy ${host}: ${why}`), { code: "EPROXY" });
}

function parseProxyUrl(text: string): URL | undefined {
  const url = URL.canParse(text) && /^https?:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** A comma-separated list of hosts and domains, each with or without a leading dot and a port; `*` is everything. */
function isExempt({ hostname, port }: Endpoint, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === "*") return true;
      const [, domain = "", ownPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (ownPort !== undefined && Number(ownPort) !== port) return false;
      return hostname === domain || hostname.endsWith(`.${domain}`);
    });
}
