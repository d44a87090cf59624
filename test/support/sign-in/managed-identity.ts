import type { Entra, Identity } from "./entra";
import type { SeenRequest, ServerAnswer } from "./json-server";
import { secondsNow } from "./json-web-token";

/** The Instance Metadata Service of a virtual machine: its identities and their tokens. */
export class ManagedIdentities {
  constructor(
    private readonly entra: Entra,
    private readonly systemAssigned: Identity,
    private readonly userAssigned: readonly Identity[],
  ) {}

  readonly answer = ({ method, url, headers }: SeenRequest): ServerAnswer => {
    if (method !== "GET" || url.pathname.replace(/\/$/, "") !== "/metadata/identity/oauth2/token")
      return { status: 404, json: { error: "Not found" } };
    if (headers.metadata !== "true") return refused("invalid_request", "Required metadata header not specified");
    if (!url.searchParams.has("api-version")) return refused("bad_request", "Required api-version parameter is missing");
    const resource = url.searchParams.get("resource");
    if (resource?.replace(/\/$/, "") !== "https://storage.azure.com") return refused("invalid_resource", "AADSTS500011");
    const clientId = url.searchParams.get("client_id");
    const identity = clientId === null ? this.systemAssigned : this.userAssigned.find((one) => one.clientId === clientId);
    if (identity === undefined) return refused("invalid_request", "Identity not found");
    const { lifetime } = this.entra;
    const times = { expires_in: String(lifetime), expires_on: String(secondsNow() + lifetime), not_before: String(secondsNow()) };
    const json = { access_token: this.entra.issue(identity), client_id: identity.clientId, ...times, resource, token_type: "Bearer" };
    return { status: 200, json };
  };
}

function refused(error: string, description: string): ServerAnswer {
  return { status: 400, json: { error, error_description: description } };
}
