import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Entra, Identity } from "./entra";
import { secondsNow } from "./json-web-token";

/**
 * Puts an `az` into `folder` that is signed in to `tenants`, with the first as the default. It
 * records its arguments.
 */
export function installAzureCli(folder: string, entra: Entra, tenants: readonly Identity[]): void {
  mkdirSync(folder, { recursive: true });
  const answers = tenants.map((identity) => {
    const expiresOn = secondsNow() + entra.lifetime;
    const accessToken = entra.issue(identity, { idtyp: "user", upn: "somebody@blob-copy.test" });
    const times = { expiresOn: new Date(expiresOn * 1_000).toISOString().replace("T", " ").slice(0, 26), expires_on: expiresOn };
    return { accessToken, ...times, subscription: identity.tenantId, tenant: identity.tenantId, tokenType: "Bearer" };
  });
  const script = `#!${process.execPath}
const answers = ${JSON.stringify(answers)};
const args = process.argv.slice(2);
require("node:fs").appendFileSync(${JSON.stringify(join(folder, "az.log"))}, args.join(" ") + "\\n");
const tenant = args.includes("--tenant") ? args[args.indexOf("--tenant") + 1] : answers[0].tenant;
const answer = answers.find((one) => one.tenant === tenant);
const isAsked = args.slice(0, 2).join(" ") === "account get-access-token" && args.includes("https://storage.azure.com");
if (isAsked && answer) console.log(JSON.stringify(answer));
else { console.error("ERROR: Please run 'az login' to setup account."); process.exit(1); }
`;
  const file = join(folder, "az");
  writeFileSync(file, script);
  chmodSync(file, 0o755);
}
