import type { KnownCause } from "./clues";

/** Microsoft Entra ID refuses to issue a token. The first code of its sentence shows why. */
export const SIGN_IN_CAUSES: readonly KnownCause[] = [
  {
    title: "the client secret is wrong",
    codes: ["AADSTS7000215"],
    remedy: "set the value, and not the id, of a secret of exactly this application",
  },
  {
    title: "the client secret has expired",
    codes: ["AADSTS7000222"],
    remedy: "create a new secret (az ad app credential reset) and set it, or sign in with OpenID Connect, which does not need one",
  },
  {
    title: "the application does not exist in this tenant",
    codes: ["AADSTS700016"],
    remedy: "check the client id and the tenant id (ARM_ or AZURE_ CLIENT_ID, TENANT_ID): one of them is wrong",
  },
  {
    title: "the tenant is not known",
    codes: ["AADSTS90002", "AADSTS900023", "AADSTS900021"],
    background: "Only a sovereign cloud's own sign-in knows the tenants of that cloud.",
    remedy: "check the tenant id, and the cloud (ARM_ENVIRONMENT or AZURE_AUTHORITY_HOST)",
  },
  {
    title: "the certificate does not belong to the application",
    codes: ["AADSTS700027", "AADSTS700030"],
    remedy: "add the certificate to the application (az ad app credential reset --cert), or name the file with the right one",
  },
  {
    title: "the application does not trust this job",
    codes: ["AADSTS70021", "AADSTS700211", "AADSTS700212", "AADSTS700213"],
    background: "A federated credential names one issuer, one subject and one audience; each must match the token exactly.",
    remedy: "set issuer, subject and audience of the application's federated credential to the values in Entra ID's message",
  },
  {
    title: "the job's token has expired",
    codes: ["AADSTS700024"],
    background: "A token in ARM_OIDC_TOKEN or in a file, or one that a task of the job passed to az login, cannot be renewed.",
    remedy:
      "let the program request the token when it needs it (ARM_USE_OIDC with ARM_OIDC_REQUEST_URL and _TOKEN, or the job's own variables), or deploy again; check this machine's clock",
  },
  {
    title: "the user must sign in again",
    codes: ["AADSTS50076", "AADSTS50078", "AADSTS50079", "AADSTS50173", "AADSTS700082", "AADSTS70043"],
    remedy: "run az login again, with --tenant for the tenant of the storage account",
  },
  {
    title: "a conditional access policy forbids the sign-in",
    codes: ["AADSTS53003", "AADSTS530003"],
    remedy: "ask the administrator of the tenant's conditional access policies, or deploy from a machine that the policies allow",
  },
];

/** The whole number: longer codes begin with shorter ones. */
const CODE = /\bAADSTS\d+/;

/** The cause for Entra ID's sentence; undefined if it is unknown. */
export function signInCause(said: string): KnownCause | undefined {
  const code = CODE.exec(said)?.[0];
  return code === undefined ? undefined : SIGN_IN_CAUSES.find(({ codes }) => codes.includes(code));
}
