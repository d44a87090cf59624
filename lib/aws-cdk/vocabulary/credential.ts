import type { IGrantable } from "aws-cdk-lib/aws-iam";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { IParameter } from "aws-cdk-lib/aws-ssm";
import { CredentialKind } from "../../../src/intent";
import type { Shapes } from "../../shapes/shapes";
import { isMade, wellFormed } from "../../shapes/shapes";
import { reportSurplus } from "../../shapes/surplus";

/** Which part of a secret is the credential. */
export interface StoredCredentialOptions {
  /**
   * Field of a JSON secret.
   * @default - the secret as a whole
   */
  readonly field?: string;
  /**
   * Storage account that an account key belongs to.
   * @default - the account of the endpoint
   */
  readonly accountName?: string;
}

/** An application of Microsoft Entra ID that trusts the role of the copies' function. */
export interface WebIdentityOptions {
  /** Of the directory (tenant). */
  readonly tenantId: string;
  /** Of the application, or of the user-assigned identity. */
  readonly clientId: string;
}

const TEXT = { shape: "text" } as const;
const STORED: Shapes<StoredCredentialOptions> = { of: "a stored credential", options: { field: TEXT, accountName: TEXT } };
const WEB_IDENTITY: Shapes<WebIdentityOptions> = { of: "a web identity", options: { tenantId: TEXT, clientId: TEXT } };

/** What Entra ID expects the token of another issuer to be for. */
const AUDIENCE = "api://AzureADTokenExchange";
const MAX_TOKEN_SECONDS = 1_800;

/**
 * How the function that copies may read a source or write a destination. No secret is ever in the template: what CloudFormation hands to
 * a custom resource is logged.
 */
export class Credential {
  static {
    reportSurplus(Credential, { webIdentity: 1, fromSecretsManager: 2, fromSsmParameter: 2, anonymous: 0 });
  }

  /**
   * The role of the function itself, which an application of Microsoft Entra ID trusts (workload identity federation). There is no secret
   * at all, so prefer this one. The account needs outbound identity federation, and the application a federated credential with the account's
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
   * A SAS, an account key, a connection string, or JSON with `tenantId`, `clientId` and `clientSecret`, in AWS Secrets Manager. Which one it
   * is shows in its form. It is read when it is needed, so a rotated one is good at once.
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

  /** The same in a parameter of AWS Systems Manager, mostly a `SecureString`. */
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

  /** None: a public blob, or a URL outside Azure. It is the default of a source. */
  static anonymous(): Credential {
    return new Credential(CredentialKind.ANONYMOUS);
  }

  private constructor(
    /** @internal */
    readonly _kind: CredentialKind,
    /**
     * What the function calls the secret.
     * @internal
     */
    readonly _variable?: string,
    /** @internal */
    readonly _accountName?: string,
    /**
     * What is wrong with the options that it was made with.
     * @internal
     */
    readonly _problems: readonly string[] = [],
    /** @internal */
    readonly _identity?: { readonly tenantId?: string | undefined; readonly clientId?: string | undefined },
    private readonly grant: (role: IGrantable) => unknown = () => undefined,
  ) {}

  /**
   * Lets the role use it, and nothing else.
   * @internal
   */
  _grantTo(role: IGrantable): void {
    if (this._problems.length === 0) this.grant(role);
  }
}
