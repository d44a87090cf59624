/** Secrets by their public names that the Azure SDK reads, or the Azure CLI and others that it starts: from their own environment, and from nowhere else. */
const OF_THE_SDK: readonly string[] = [
  "AZURE_CLIENT_SECRET",
  "AZURE_CLIENT_CERTIFICATE_PASSWORD",
  "AZURE_PASSWORD",
  "IDENTITY_HEADER",
  "MSI_SECRET",
];

const OTHERS: readonly string[] = [
  "AZURE_STORAGE_ACCOUNT_KEY",
  "AZURE_STORAGE_KEY",
  "AZURE_STORAGE_SAS_TOKEN",
  "AZURE_STORAGE_CONNECTION_STRING",
  "ARM_CLIENT_SECRET",
  "ARM_ACCESS_KEY",
  "ARM_SAS_TOKEN",
  "ARM_CLIENT_CERTIFICATE",
  "ARM_CLIENT_CERTIFICATE_PASSWORD",
  "ARM_OIDC_TOKEN",
  "ARM_OIDC_REQUEST_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "SYSTEM_ACCESSTOKEN",
];

/** The variable holds a secret by its public name, whatever the intent says. */
export function isSecretVariable(name: string): boolean {
  return OF_THE_SDK.includes(name) || OTHERS.includes(name);
}

/** The names that people give to such variables themselves: of another copy, of another tool of the same job. */
const TELLING_NAME = /(?:^|_)(?:SECRETS?|PASSWORD|PASSWD|PASS|PAT|TOKEN|KEY|SAS|CREDENTIALS?|CONNECTION(?:_?STRING)?)(?:_|$)/i;
/** Of the Azure SDK and the Azure CLI, which have some with such names that are no secrets. */
const OF_AZURE = /^AZURE_/;

/** What the Azure SDK has to find in the environment of the process that it is in. */
export function secretsOfTheSdk(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => OF_THE_SDK.includes(name)));
}

/** The environment for a process that is told its secrets in another way: what it is started with, others can read. */
export function withoutSecrets(environment: NodeJS.ProcessEnv, variablesOfIntent: readonly string[]): NodeJS.ProcessEnv {
  const isLeftOut = (name: string) =>
    isSecretVariable(name) || variablesOfIntent.includes(name) || (TELLING_NAME.test(name) && !OF_AZURE.test(name));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isLeftOut(name)));
}
