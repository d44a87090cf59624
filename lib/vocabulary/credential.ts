import { CredentialKind } from "../../src/intent";
import { wellFormed } from "../shapes/shapes";
import { isValueObject, textOfValue } from "../framework/tokens";
import { reportSurplus } from "../shapes/surplus";
import type {
  AccountKeyOptions,
  AzureCliOptions,
  ManagedIdentityOptions,
  ServicePrincipalOptions,
  WorkloadIdentityOptions,
} from "./credential-options";
import {
  ACCOUNT_KEY_OPTIONS,
  AZURE_CLI_OPTIONS,
  MANAGED_IDENTITY_OPTIONS,
  SERVICE_PRINCIPAL_OPTIONS,
  WORKLOAD_IDENTITY_OPTIONS,
} from "./credential-options";

/**
 * Tenant and application of an identity, and the variable with the path of its certificate or
 * token.
 */
interface DeclaredIdentity {
  readonly tenantId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly pathVariable?: string | undefined;
}

/**
 * Credential with which the program that Terraform starts reads a source or writes a destination.
 *
 * Prefer a credential that names an environment variable of the machine that runs
 * `terraform apply`: Terraform never sees such a secret. A change of a credential does not copy
 * again.
 */
export class Credential {
  static {
    reportSurplus(Credential, {
      defaultAzureCredential: 0,
      sasFromEnvironment: 1,
      accountKeyFromEnvironment: 2,
      connectionStringFromEnvironment: 1,
      servicePrincipal: 1,
      managedIdentity: 1,
      workloadIdentity: 1,
      azureCli: 1,
      anonymous: 0,
      sas: 1,
      accountKey: 2,
      connectionString: 1,
    });
  }

  /**
   * Microsoft Entra ID: the identity of the Azure SDK's variables (`AZURE_CLIENT_ID`, ...), else
   * that of the `azurerm` provider's (`ARM_CLIENT_ID`, ..., `ARM_USE_OIDC`, `ARM_USE_MSI`), else
   * the one that `DefaultAzureCredential` finds: workload identity, managed identity, Azure CLI. It
   * is the default for endpoints of Azure Storage.
   */
  static defaultAzureCredential(): Credential {
    return new Credential(CredentialKind.DEFAULT_AZURE_CREDENTIAL);
  }

  /**
   * A shared access signature in an environment variable.
   *
   * @param variable name of the variable. Its value is the query string (`sv=…&sig=…`), with or
   * without the `?`
   */
  static sasFromEnvironment(variable: string): Credential {
    return new Credential(CredentialKind.SAS, variable);
  }

  /**
   * A storage account key (Shared Key) in an environment variable.
   *
   * @param variable name of the variable. Its value is the Base64 key
   * @param options the account that the key belongs to
   */
  static accountKeyFromEnvironment(variable: string, options: AccountKeyOptions): Credential {
    return Credential.ofAccount(options, variable);
  }

  /**
   * A storage connection string in an environment variable.
   *
   * @param variable name of the variable
   */
  static connectionStringFromEnvironment(variable: string): Credential {
    return new Credential(CredentialKind.CONNECTION_STRING, variable);
  }

  /**
   * A Microsoft Entra ID application, for a side that the deploy's own identity cannot access, such
   * as a side in another tenant.
   *
   * @param options the application, and the location of its secret or its certificate
   */
  static servicePrincipal(options: ServicePrincipalOptions): Credential {
    const { options: given, problems } = wellFormed(options, SERVICE_PRINCIPAL_OPTIONS);
    const { tenantId, clientId, clientSecretEnvironment, certificatePathEnvironment: pathVariable } = given;
    const missing = (["tenantId", "clientId"] as const).filter((name) => (given[name] ?? "") === "");
    const wrong = missing.map((name) => `${name} of a service principal must be given.`);
    if ((clientSecretEnvironment === undefined) === (pathVariable === undefined)) {
      wrong.push(
        "clientSecretEnvironment or certificatePathEnvironment must name the environment variable of a service principal, and not both.",
      );
    }
    return Credential.ofIdentity(
      CredentialKind.SERVICE_PRINCIPAL,
      { tenantId, clientId, pathVariable },
      [...problems, ...wrong],
      clientSecretEnvironment,
    );
  }

  /**
   * The managed identity of the machine that runs `terraform apply`.
   *
   * @param options selection among the machine's identities
   */
  static managedIdentity(options: ManagedIdentityOptions = {}): Credential {
    const { options: given, problems } = wellFormed(options, MANAGED_IDENTITY_OPTIONS);
    return Credential.ofIdentity(CredentialKind.MANAGED_IDENTITY, given, problems);
  }

  /**
   * A Microsoft Entra ID application with a token file (workload identity), as in a Kubernetes pod.
   *
   * @param options values that the environment does not contain
   */
  static workloadIdentity(options: WorkloadIdentityOptions = {}): Credential {
    const { options: given, problems } = wellFormed(options, WORKLOAD_IDENTITY_OPTIONS);
    const { tenantId, clientId, tokenFileEnvironment: pathVariable } = given;
    return Credential.ofIdentity(CredentialKind.WORKLOAD_IDENTITY, { tenantId, clientId, pathVariable }, problems);
  }

  /**
   * The identity that is signed in with `az login`.
   *
   * @param options the tenant, if it is another one
   */
  static azureCli(options: AzureCliOptions = {}): Credential {
    const { options: given, problems } = wellFormed(options, AZURE_CLI_OPTIONS);
    return Credential.ofIdentity(CredentialKind.AZURE_CLI, given, problems);
  }

  /**
   * Access without a credential, for a public blob or a URL outside Azure. It is the default for
   * URLs outside Azure.
   */
  static anonymous(): Credential {
    return new Credential(CredentialKind.ANONYMOUS);
  }

  /**
   * A shared access signature that Terraform holds, such as `sas` of
   * `DataAzurermStorageAccountBlobContainerSas`. It reaches the program through its environment,
   * and does not get into state, plan or logs.
   *
   * @param value one Terraform value. A literal is refused, because it would be written to the
   * synthesized folder
   */
  static sas(value: string): Credential {
    return new Credential(CredentialKind.SAS, undefined, secretText(value));
  }

  /**
   * A storage account key that Terraform holds, such as `account.primaryAccessKey`. It reaches the
   * program through its environment. The copy that the `azurerm` provider itself keeps in state is
   * not affected.
   *
   * @param value one Terraform value. A literal is refused, because it would be written to the
   * synthesized folder
   * @param options the account that the key belongs to
   */
  static accountKey(value: string, options: AccountKeyOptions): Credential {
    return Credential.ofAccount(options, undefined, value);
  }

  /**
   * A connection string that Terraform holds, such as `account.primaryConnectionString`. It reaches
   * the program through its environment. The copy that the `azurerm` provider itself keeps in state
   * is not affected.
   *
   * @param value one Terraform value. A literal is refused, because it would be written to the
   * synthesized folder
   */
  static connectionString(value: string): Credential {
    return new Credential(CredentialKind.CONNECTION_STRING, undefined, secretText(value));
  }

  private static ofAccount(given: AccountKeyOptions, variable?: string, value?: string): Credential {
    const { options, problems } = wellFormed(given, ACCOUNT_KEY_OPTIONS);
    const secret = variable === undefined ? secretText(value) : undefined;
    return new Credential(CredentialKind.ACCOUNT_KEY, variable, secret, options.accountName, problems);
  }

  private static ofIdentity(kind: CredentialKind, identity: DeclaredIdentity, problems: readonly string[], variable?: string): Credential {
    return new Credential(kind, variable, undefined, undefined, problems, identity);
  }

  private constructor(
    /** @internal */
    readonly _kind: CredentialKind,
    /**
     * Environment variable that holds the secret.
     * @internal
     */
    readonly _variable?: string,
    /**
     * Terraform value that is the secret.
     * @internal
     */
    readonly _secret?: string,
    /** @internal */
    readonly _accountName?: string,
    /**
     * Problems of the options that it was made with.
     * @internal
     */
    readonly _problems: readonly string[] = [],
    /** @internal */
    readonly _identity?: DeclaredIdentity,
  ) {}
}

/**
 * A literal of another type than a string is not a secret either, but its content must not be kept.
 */
function secretText(value: unknown): string {
  if (typeof value === "string") return value;
  return isValueObject(value) ? textOfValue(value) : "";
}
