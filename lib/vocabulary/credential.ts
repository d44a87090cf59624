import { CredentialKind } from "../../src/intent";
import type { Shapes } from "../shapes/shapes";
import { wellFormed } from "../shapes/shapes";
import { isValueObject, textOfValue } from "../framework/tokens";

/** What a shared key belongs to. */
export interface AccountKeyOptions {
  /** Name of the storage account that the key belongs to: 3 to 24 lower-case letters and digits, or a Terraform value. */
  readonly accountName: string;
}

const ACCOUNT_KEY_OPTIONS: Shapes<AccountKeyOptions> = { of: "an account key", options: { accountName: { shape: "text" } } };

/**
 * How the program that Terraform starts may read a source or write a destination.
 *
 * Prefer the ones that name an environment variable of the machine that runs `terraform apply`: such a secret never comes
 * near Terraform. Changing a credential copies nothing again.
 */
export class Credential {
  /**
   * Microsoft Entra ID, found as `DefaultAzureCredential` finds it: environment, workload identity, managed identity,
   * Azure CLI. It is the default for endpoints of Azure Storage.
   */
  static defaultAzureCredential(): Credential {
    return new Credential(CredentialKind.DEFAULT_AZURE_CREDENTIAL);
  }

  /**
   * A shared access signature in an environment variable.
   *
   * @param variable name of the variable; its value is the query string (`sv=…&sig=…`), with or without the `?`
   */
  static sasFromEnvironment(variable: string): Credential {
    return new Credential(CredentialKind.SAS, variable);
  }

  /**
   * A storage account key (Shared Key) in an environment variable.
   *
   * @param variable name of the variable; its value is the Base64 key
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

  /** None: a public blob, or a URL outside Azure, for which it is the default. */
  static anonymous(): Credential {
    return new Credential(CredentialKind.ANONYMOUS);
  }

  /**
   * A shared access signature that Terraform holds, such as `sas` of `DataAzurermStorageAccountBlobContainerSas`. It reaches the
   * program through its environment, and neither state, plan nor logs.
   *
   * @param value one Terraform value; a literal is refused, because it would be written to the synthesized folder
   */
  static sas(value: string): Credential {
    return new Credential(CredentialKind.SAS, undefined, secretText(value));
  }

  /**
   * A storage account key that Terraform holds, such as `account.primaryAccessKey`. It reaches the program through its
   * environment; what the `azurerm` provider itself keeps of it in state is not touched.
   *
   * @param value one Terraform value; a literal is refused, because it would be written to the synthesized folder
   * @param options the account that the key belongs to
   */
  static accountKey(value: string, options: AccountKeyOptions): Credential {
    return Credential.ofAccount(options, undefined, value);
  }

  /**
   * A connection string that Terraform holds, such as `account.primaryConnectionString`. It reaches the program through its
   * environment; what the `azurerm` provider itself keeps of it in state is not touched.
   *
   * @param value one Terraform value; a literal is refused, because it would be written to the synthesized folder
   */
  static connectionString(value: string): Credential {
    return new Credential(CredentialKind.CONNECTION_STRING, undefined, secretText(value));
  }

  private static ofAccount(given: AccountKeyOptions, variable?: string, value?: string): Credential {
    const { options, problems } = wellFormed(given, ACCOUNT_KEY_OPTIONS);
    const secret = variable === undefined ? secretText(value) : undefined;
    return new Credential(CredentialKind.ACCOUNT_KEY, variable, secret, options.accountName, problems);
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
     * What is wrong with the options that it was made with.
     * @internal
     */
    readonly _problems: readonly string[] = [],
  ) {}
}

/** A literal of another type than a string is no secret either; what it is must not be kept. */
function secretText(value: unknown): string {
  if (typeof value === "string") return value;
  return isValueObject(value) ? textOfValue(value) : "";
}
