import type { Shapes } from "../shapes/shapes";

/** What a shared key belongs to. */
export interface AccountKeyOptions {
  /** Name of the storage account that the key belongs to: 3 to 24 lower-case letters and digits, or a Terraform value. */
  readonly accountName: string;
}

/** An application (service principal) of Microsoft Entra ID. Exactly one of the two environment variables is given. */
export interface ServicePrincipalOptions {
  /** Id of its tenant. */
  readonly tenantId: string;
  /** Id of the application. */
  readonly clientId: string;
  /** Name of the environment variable that holds the client secret. */
  readonly clientSecretEnvironment?: string;
  /** Name of the environment variable that holds the path of the certificate with its key (PEM), relative to Terraform's folder. */
  readonly certificatePathEnvironment?: string;
}

/** Which identity of the machine. */
export interface ManagedIdentityOptions {
  /** Of a user-assigned identity, by default the system-assigned one. */
  readonly clientId?: string;
}

/** Which application, and where its token file is. */
export interface WorkloadIdentityOptions {
  /** Default: `AZURE_TENANT_ID` where Terraform runs. */
  readonly tenantId?: string;
  /** Default: `AZURE_CLIENT_ID` where Terraform runs. */
  readonly clientId?: string;
  /** Name of the environment variable that holds the path of the token, by default `AZURE_FEDERATED_TOKEN_FILE`. */
  readonly tokenFileEnvironment?: string;
}

/** Of which tenant. */
export interface AzureCliOptions {
  /** Default: the one that is signed in to. */
  readonly tenantId?: string;
}

const TEXT = { shape: "text" } as const;
export const SERVICE_PRINCIPAL_OPTIONS: Shapes<ServicePrincipalOptions> = {
  of: "a service principal",
  options: { tenantId: TEXT, clientId: TEXT, clientSecretEnvironment: TEXT, certificatePathEnvironment: TEXT },
};
export const MANAGED_IDENTITY_OPTIONS: Shapes<ManagedIdentityOptions> = { of: "a managed identity", options: { clientId: TEXT } };
export const WORKLOAD_IDENTITY_OPTIONS: Shapes<WorkloadIdentityOptions> = {
  of: "a workload identity",
  options: { tenantId: TEXT, clientId: TEXT, tokenFileEnvironment: TEXT },
};
export const AZURE_CLI_OPTIONS: Shapes<AzureCliOptions> = { of: "the Azure CLI", options: { tenantId: TEXT } };

export const ACCOUNT_KEY_OPTIONS: Shapes<AccountKeyOptions> = { of: "an account key", options: { accountName: TEXT } };
