import { parseEndpoint } from "../../../../src/azure/address/endpoint";
import { Proxy } from "../../../../src/azure/http/proxy";

function hasProxy(environment: NodeJS.ProcessEnv, authority = "models.blob.core.windows.net", scheme = "https"): boolean {
  const endpoint = parseEndpoint(scheme, authority);
  if (endpoint === undefined) throw new Error(`${authority} is no endpoint`);
  return Proxy.of(endpoint, environment) !== undefined;
}

const HTTPS_PROXY = "http://proxy.test:3128";

describe("the proxy of an endpoint", () => {
  it.each(["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])("is named by %s", (variable) => {
    expect(hasProxy({ [variable]: HTTPS_PROXY })).toBe(true);
  });

  it.each(["proxy.test:3128", "https://proxy.test", "http://user:secret@[::1]:8080/"])("may be written as %s", (text) => {
    expect(hasProxy({ HTTPS_PROXY: text })).toBe(true);
  });

  it.each([
    ["nothing names one", {}],
    ["the variable is empty", { HTTPS_PROXY: " " }],
    ["HTTP_PROXY names one, which is for http", { HTTP_PROXY: HTTPS_PROXY }],
    ["the host is exempt", { HTTPS_PROXY, NO_PROXY: "models.blob.core.windows.net" }],
    ["its domain is exempt", { HTTPS_PROXY, NO_PROXY: "localhost,.windows.net" }],
    ["its domain is exempt with a star", { HTTPS_PROXY, no_proxy: "*.core.windows.net" }],
    ["its domain is exempt without a dot", { HTTPS_PROXY, no_proxy: "other.test core.windows.net" }],
    ["its port is exempt", { HTTPS_PROXY, NO_PROXY: "windows.net:443" }],
    ["its name is exempt with the dot of a whole name", { HTTPS_PROXY, NO_PROXY: "core.windows.net." }],
    ["everything is exempt", { HTTPS_PROXY, NO_PROXY: "*" }],
  ])("is none where %s", (_, environment) => {
    expect(hasProxy(environment)).toBe(false);
  });

  it.each([
    ["10.1.2.3", "10.1.2.3", true],
    ["10.1.2.3", "10.0.0.0/8", true],
    ["10.1.2.3", "10.1.2.0/31", false],
    ["10.1.2.3", "other.test,10.1.0.0/16", true],
    ["10.1.2.3:8443", "10.1.2.3:443", false],
    ["[fd00::1]", "fd00::/8", true],
    ["[fd00::1]", "[fd00::1]", true],
    ["[fd00::1]", "fe80::/10", false],
    ["10.1.2.3", "10.0.0.0/99", false],
    ["10.1.2.3", "1.2.3", false],
  ])("of the address %s with %s exempt: %s", (authority, exempt, isDirect) => {
    expect(hasProxy({ HTTPS_PROXY, NO_PROXY: exempt }, authority)).toBe(!isDirect);
  });

  it("is the one of the lower-case variable where both are set, as with curl", async () => {
    const endpoint = parseEndpoint("https", "models.blob.core.windows.net");
    if (endpoint === undefined) throw new Error("no endpoint");
    const environment = { https_proxy: "socks5://one.test:1080", HTTPS_PROXY };
    await expect(Proxy.of(endpoint, environment)?.connect(endpoint)).rejects.toMatchObject({
      code: "EPROXY",
      message: expect.stringContaining("https_proxy") as string,
    });
  });

  it.each(["ndows.net", "windows.net:8443", "other.test", "models.blob"])("stays where %s is exempt", (exempt) => {
    expect(hasProxy({ HTTPS_PROXY, NO_PROXY: exempt })).toBe(true);
  });

  it("is none for what is reached over http, or on this machine", () => {
    expect(hasProxy({ HTTPS_PROXY }, "models.test", "http")).toBe(false);
    expect(hasProxy({ HTTPS_PROXY }, "127.0.0.1:10000")).toBe(false);
    expect(hasProxy({ HTTPS_PROXY }, "localhost:10000")).toBe(false);
  });
});
