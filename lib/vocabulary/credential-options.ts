import type { Shapes } from "../shapes/shapes";

/** Account of a shared key. */
export interface AccountKeyOptions {
  /**
   * Name of the storage account that the key belongs to: 3 to 24 lower-case letters and digits, or
   * a Terraform value.
   */
  readonly accountName: string;
}

/**
 * A Microsoft Entra ID application (service principal). Exactly one of the two environment
 * variables must be given.
 */
export interface ServicePrincipalOptions {
  /** Id of the application's tenant. */
  readonly tenantId: string;
  /** Id of the application. */
  readonly clientId: string;
  /** Name of the environment variable that holds the client secret. */
  readonly clientSecretEnvironment?: string;
  /**
   * Name of the environment variable that holds the path of the certificate with its key (PEM),
   * relative to Terraform's folder.
   */
  readonly certificatePathEnvironment?: string;
}

/** Selection of the machine's managed identity. */
export interface ManagedIdentityOptions {
  /** Client id of a user-assigned identity, by default the system-assigned one. */
  readonly clientId?: string;
}

/** A workload identity: its application and its token file. */
export interface WorkloadIdentityOptions {
  /**
   * Id of the application's tenant, by default the value of `AZURE_TENANT_ID` where Terraform runs.
   */
  readonly tenantId?: string;
  /** Id of the application, by default the value of `AZURE_CLIENT_ID` where Terraform runs. */
  readonly clientId?: string;
  /**
   * Name of the environment variable that holds the path of the token file, by default
   * `AZURE_FEDERATED_TOKEN_FILE`.
   */
  readonly tokenFileEnvironment?: string;
}

/** Selection of the tenant for the Azure CLI. */
export interface AzureCliOptions {
  /** Id of the tenant, by default the one that is signed in to. */
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
