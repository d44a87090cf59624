import http from "node:http";
import net from "node:net";
import tls from "node:tls";
import { unwrapped } from "../../intent";
import { isExempt, type ProxiedEndpoint } from "./no-proxy";

/** In curl's order: lower case first. */
const VARIABLES = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] as const;
const CONNECT_TIMEOUT = 30_000;

/**
 * An HTTP proxy for https connections, reached by CONNECT: it sees where they lead, but not what
 * they carry.
 */
export class Proxy {
  /**
   * Decides for every request of this process, including those of identities. undefined: the
   * endpoint is reached directly. So is every endpoint over plain http or on this machine: a proxy
   * could read its `Authorization`, and the endpoints of managed identities answer only this
   * machine.
   */
  static of(endpoint: ProxiedEndpoint, environment: NodeJS.ProcessEnv): Proxy | undefined {
    if (endpoint.protocol === "http:" || endpoint.isLoopback) return undefined;
    const variable = VARIABLES.find((name) => environment[name]?.trim());
    if (variable === undefined || isExempt(endpoint, environment.no_proxy ?? environment.NO_PROXY ?? "")) return undefined;
    return new Proxy(variable, proxyUrl(unwrapped(environment[variable] ?? "")));
  }

  private constructor(
    private readonly variable: string,
    private readonly url: URL | undefined,
  ) {}

  /** CONNECT. Resolves with a connection to the endpoint on which TLS must still be negotiated. */
  connect(endpoint: ProxiedEndpoint): Promise<net.Socket> {
    const { url } = this;
    if (url === undefined) {
      const why = "it does not hold the URL of an HTTP proxy, such as http://proxy.example.com:3128";
      return Promise.reject(Object.assign(new Error(`${this.variable}: ${why}`), { code: "EPROXY" }));
    }
    const isSecure = url.protocol === "https:";
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const port = Number(url.port || (isSecure ? 443 : DEFAULT_PORT));
    const target = `${endpoint.hostname.includes(":") ? `[${endpoint.hostname}]` : endpoint.hostname}:${endpoint.port}`;
    const { username, password } = url;
    const authorization = Buffer.from(`${unescapeUser(username)}:${unescapeUser(password)}`).toString("base64");
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

/** curl's default, for a proxy whose URL does not have a port. */
const DEFAULT_PORT = 1080;

/** Returns undefined for a URL that is not an HTTP proxy's, such as that of a SOCKS proxy. */
function proxyUrl(text: string): URL | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(url) && /^https?:/i.test(url) ? new URL(url) : undefined;
}

/** A `%` that is not part of an escape stands for itself. */
function unescapeUser(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
