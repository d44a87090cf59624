/**
 * Publicly known names of secrets that the Azure SDK, or the Azure CLI and other programs that it
 * starts, read only from their own environment.
 */
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

/** Whether the variable is publicly known to hold a secret, whatever the intent says. */
export function isSecretVariable(name: string): boolean {
  return OF_THE_SDK.includes(name) || OTHERS.includes(name);
}

/**
 * Names that people choose for such variables, for another copy or for another tool of the same
 * job.
 */
const TELLING_NAME = /(?:^|_)(?:SECRETS?|PASSWORD|PASSWD|PASS|PAT|TOKEN|KEY|SAS|CREDENTIALS?|CONNECTION(?:_?STRING)?)(?:_|$)/i;
/**
 * Variables of the Azure SDK and the Azure CLI, some of which have such names without being
 * secrets.
 */
const OF_AZURE = /^AZURE_/;

/** The secrets that the Azure SDK must find in the environment of its own process. */
export function secretsOfTheSdk(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => OF_THE_SDK.includes(name)));
}

/**
 * The environment for a process that gets its secrets in another way, because other processes can
 * read the variables with which it is started.
 */
export function withoutSecrets(environment: NodeJS.ProcessEnv, variablesOfIntent: readonly string[]): NodeJS.ProcessEnv {
  const isLeftOut = (name: string) =>
    isSecretVariable(name) || variablesOfIntent.includes(name) || (TELLING_NAME.test(name) && !OF_AZURE.test(name));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isLeftOut(name)));
}
