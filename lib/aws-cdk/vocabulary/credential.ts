import type { IGrantable } from "aws-cdk-lib/aws-iam";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { IParameter } from "aws-cdk-lib/aws-ssm";
import { CredentialKind } from "../../../src/intent";
import type { Shapes } from "../../shapes/shapes";
import { isMade, wellFormed } from "../../shapes/shapes";
import { reportSurplus } from "../../shapes/surplus";

/** Location of the credential in a stored secret. */
export interface StoredCredentialOptions {
  /**
   * Field of a JSON secret that contains the credential.
   * @default - the secret as a whole
   */
  readonly field?: string;
  /**
   * Name of the storage account that an account key belongs to.
   * @default - the account of the endpoint
   */
  readonly accountName?: string;
}

/** A Microsoft Entra ID application that trusts the role of the copies' function. */
export interface WebIdentityOptions {
  /** Id of the directory (tenant). */
  readonly tenantId: string;
  /** Client id of the application, or of the user-assigned identity. */
  readonly clientId: string;
}

const TEXT = { shape: "text" } as const;
const STORED: Shapes<StoredCredentialOptions> = { of: "a stored credential", options: { field: TEXT, accountName: TEXT } };
const WEB_IDENTITY: Shapes<WebIdentityOptions> = { of: "a web identity", options: { tenantId: TEXT, clientId: TEXT } };

/** Audience that Entra ID expects in a token of another issuer. */
const AUDIENCE = "api://AzureADTokenExchange";
const MAX_TOKEN_SECONDS = 1_800;

/**
 * Credential with which the function reads a source or writes a destination. A secret is never in
 * the template, because the values that CloudFormation passes to a custom resource are logged.
 */
export class Credential {
  static {
    reportSurplus(Credential, { webIdentity: 1, fromSecretsManager: 2, fromSsmParameter: 2, anonymous: 0 });
  }

  /**
   * The function's own role, trusted by a Microsoft Entra ID application (workload identity
   * federation). Prefer this credential, because it does not need a secret. The AWS account needs
   * outbound identity federation. The application needs a federated credential with the account's
   * issuer, the role's ARN as subject, and the audience `api://AzureADTokenExchange`.
   */
  static webIdentity(given: WebIdentityOptions): Credential {
    const { options, problems } = wellFormed(given, WEB_IDENTITY);
    const missing = (["tenantId", "clientId"] as const).filter((name) => (options[name] ?? "") === "");
    const wrong = missing.map((name) => `${name} of a web identity must be given.`);
    return new Credential(CredentialKind.WORKLOAD_IDENTITY, undefined, undefined, [...problems, ...wrong], options, (role) =>
      role.grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ["sts:GetWebIdentityToken"],
          resources: ["*"],
          conditions: {
            "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": [AUDIENCE] },
            NumericLessThanEquals: { "sts:DurationSeconds": MAX_TOKEN_SECONDS },
            StringEquals: { "sts:SigningAlgorithm": "RS256" },
          },
        }),
      ),
    );
  }

  /**
   * A secret in AWS Secrets Manager: a SAS, an account key, a connection string, or JSON with
   * `tenantId`, `clientId` and `clientSecret`. The kind is recognised by its form. The function
   * reads the secret when it needs it, so a rotated secret takes effect at once.
   */
  static fromSecretsManager(secret: ISecret, given: StoredCredentialOptions = {}): Credential {
    const { options, problems } = wellFormed(given, STORED);
    const { field, accountName } = options;
    if (!isMade(secret, "secretArn"))
      return new Credential(CredentialKind.STORED, "", accountName, [
        `fromSecretsManager takes a secret, such as Secret.fromSecretNameV2(...).`,
      ]);
    const reference = `secretsmanager:${secret.secretArn}${field === undefined ? "" : `#${field}`}`;
    return new Credential(CredentialKind.STORED, reference, accountName, problems, undefined, (role) => secret.grantRead(role));
  }

  /**
   * A parameter of AWS Systems Manager, usually a `SecureString`, with the same content as a secret
   * for `fromSecretsManager`.
   */
  static fromSsmParameter(parameter: IParameter, given: StoredCredentialOptions = {}): Credential {
    const { options, problems } = wellFormed(given, STORED);
    const { field, accountName } = options;
    if (!isMade(parameter, "parameterName"))
      return new Credential(CredentialKind.STORED, "", accountName, [
        `fromSsmParameter takes a parameter, such as StringParameter.fromSecureStringParameterAttributes(...).`,
      ]);
    const reference = `ssm:${parameter.parameterName}${field === undefined ? "" : `#${field}`}`;
    return new Credential(CredentialKind.STORED, reference, accountName, problems, undefined, (role) => parameter.grantRead(role));
  }

  /**
   * Access without a credential, for a public blob or a URL outside Azure. This is the default of a
   * source.
   */
  static anonymous(): Credential {
    return new Credential(CredentialKind.ANONYMOUS);
  }

  private constructor(
    /** @internal */
    readonly _kind: CredentialKind,
    /**
     * The function's reference to the secret.
     * @internal
     */
    readonly _variable?: string,
    /** @internal */
    readonly _accountName?: string,
    /**
     * Problems of the options that it was made with.
     * @internal
     */
    readonly _problems: readonly string[] = [],
    /** @internal */
    readonly _identity?: { readonly tenantId?: string | undefined; readonly clientId?: string | undefined },
    private readonly grant: (role: IGrantable) => unknown = () => undefined,
  ) {}

  /**
   * Grants the role the use of this credential.
   * @internal
   */
  _grantTo(role: IGrantable): void {
    if (this._problems.length === 0) this.grant(role);
  }
}
