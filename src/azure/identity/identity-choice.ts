/** Source of the other issuer's token that replaces a secret (OpenID Connect). */
export type AssertionSource =
  | { readonly from: "value"; readonly token: string }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "github"; readonly url: string; readonly token: string }
  | { readonly from: "pipelines"; readonly url: string; readonly token: string; readonly serviceConnectionId: string };

/** PEM or PFX. */
export type CertificateSource =
  { readonly from: "file"; readonly path: string } | { readonly from: "value"; readonly variable: string; readonly base64: string };

interface Application {
  /** Words for the line that reports the chosen identity. Never a secret. */
  readonly how: string;
  readonly tenantId: string;
  readonly clientId: string;
}

/** The identity for which a token is requested. Paths are absolute. */
export type IdentityChoice =
  /**
   * The Azure SDK's own chain: environment, workload identity, managed identity, Azure CLI, and so
   * on.
   */
  | {
      readonly kind: "default";
      /** The variables that select the identity, if they are complete. */
      readonly how?: string;
      /**
       * Variables that are set but not used, because others are missing: one sentence without a
       * full stop.
       */
      readonly unused?: string;
    }
  | (Application & { readonly kind: "client-secret"; readonly secret: string })
  | (Application & { readonly kind: "client-certificate"; readonly certificate: CertificateSource; readonly password: string | undefined })
  | (Application & { readonly kind: "assertion"; readonly assertion: AssertionSource })
  | { readonly kind: "managed-identity"; readonly how: string; readonly clientId: string | undefined; readonly endpoint?: string }
  | { readonly kind: "azure-cli"; readonly how: string; readonly tenantId: string | undefined };

/** Returns undefined if the SDK chooses the identity, and does not say which. */
export function describeIdentity(choice: IdentityChoice): string | undefined {
  switch (choice.kind) {
    case "default":
      return undefined;
    case "managed-identity":
      return `the managed identity${choice.clientId === undefined ? "" : ` with client id ${choice.clientId}`} (${choice.how})`;
    case "azure-cli":
      return `the Azure CLI${choice.tenantId === undefined ? "" : `, tenant ${choice.tenantId}`} (${choice.how})`;
    default:
      return `the service principal with client id ${choice.clientId}, tenant ${choice.tenantId} (${choice.how})`;
  }
}
