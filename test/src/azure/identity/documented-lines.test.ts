import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultIdentity } from "../../../../src/azure/identity/provider-identity";

const PAGE = readFileSync(join(__dirname, "../../../../docs/identity.md"), "utf8");
const [CLIENT, TENANT, CONNECTION] = ["of-the-client", "of-the-tenant", "of-the-connection"];
const APPLICATION = { clientId: CLIENT, tenantId: TENANT };

/**
 * Variables that the block under this heading sets for Terraform: uppercase variables of YAML, and
 * the exports of its script.
 */
function linesUnder(heading: string): Record<string, string> {
  const block = new RegExp(`\\n## ${heading}\\n[^]*?\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(PAGE)?.[1] ?? "";
  const set = [...block.matchAll(/^ *([A-Z][A-Z_]+): *(.*)$/gm)].map(([, name = "", value = ""]) => [
    name,
    value.replace(/^"(.*)"$/, "$1"),
  ]);
  const exported = [...block.matchAll(/\b([A-Z][A-Z_]+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]);
  return Object.fromEntries([...set, ...exported]) as Record<string, string>;
}

/** The variables on the job's machine, after the CI system has replaced its expressions. */
function inJob(lines: Readonly<Record<string, string>>, ofJob: Readonly<Record<string, string>>): Record<string, string> {
  const meant: Readonly<Record<string, string>> = {
    "${{ vars.AZURE_CLIENT_ID }}": CLIENT,
    "${{ vars.AZURE_TENANT_ID }}": TENANT,
    $servicePrincipalId: CLIENT,
    $tenantId: TENANT,
    "$(System.AccessToken)": "token-of-the-job",
    "$(System.OidcRequestUri)": "https://dev.azure.com/oidc",
  };
  return { ...Object.fromEntries(Object.entries(lines).map(([name, value]) => [name, meant[value] ?? value])), ...ofJob };
}

const identityOf = (environment: NodeJS.ProcessEnv) => defaultIdentity({ environment, workingDirectory: "/" });

test("the lines for GitHub Actions sign in with the job's token, asked for anew", () => {
  const ofJob = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.test/token", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-job" };
  expect(identityOf(inJob(linesUnder("GitHub Actions"), ofJob))).toEqual({
    ...{ kind: "assertion", how: "ARM_USE_OIDC", ...APPLICATION },
    assertion: { from: "github", url: "https://github.test/token", token: "of-the-job" },
  });
});

test("the lines for Azure Pipelines sign in as the service connection, with a token that is asked for anew", () => {
  const lines = inJob(linesUnder("Azure Pipelines"), { ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: CONNECTION });
  expect(identityOf(lines)).toEqual({
    ...{ kind: "assertion", how: "ARM_USE_OIDC", ...APPLICATION },
    assertion: { from: "pipelines", url: "https://dev.azure.com/oidc", token: "token-of-the-job", serviceConnectionId: CONNECTION },
  });
});

test("the lines for GitLab sign in with the token that the job has", () => {
  const lines = linesUnder("GitLab");
  expect(Object.keys(lines)).toContain("ARM_OIDC_TOKEN");
  const ofJob = { ARM_OIDC_TOKEN: "of-the-job", ARM_CLIENT_ID: CLIENT, ARM_TENANT_ID: TENANT };
  expect(identityOf(inJob(lines, ofJob))).toEqual({
    ...{ kind: "assertion", how: "ARM_USE_OIDC", ...APPLICATION },
    assertion: { from: "value", token: "of-the-job" },
  });
});

test("on one's own machine no line is needed", () => {
  expect(linesUnder("On your machine")).toEqual({});
  expect(identityOf({})).toEqual({ kind: "default" });
});
