import type { Clock } from "../../engine/ports/clock";
import { mintContainerReadSas, mintReadSas } from "../signing/service-sas";
import { sasLifetime } from "../signing/sas-lifetime";
import { SigningTemplate, type SharedKey } from "../signing/shared-key";
import type { CopySourceAccess, CopySourceRequest, Credential, PutAuthoriser, UnauthorisedRequest } from "./credential";

export class AccountKey implements Credential {
  readonly query = "";
  readonly expiresOn = undefined;
  readonly renew = undefined;

  constructor(
    readonly key: SharedKey,
    private readonly clock: Clock,
  ) {}

  authorise({ method, blob, query, contentLength, headers }: UnauthorisedRequest): void {
    const moments = blob.query === "" ? [] : [...new URLSearchParams(blob.query)];
    headers["authorization"] = this.key.authorization({ method, path: blob.path, query: [...query, ...moments], contentLength }, headers);
  }

  putAuthoriser(common: Readonly<Record<string, string>>, varying: readonly string[]): PutAuthoriser {
    const template = new SigningTemplate(this.key, common, varying);
    return (path, own) => template.authorization(path, own);
  }

  /**
   * The SAS lasts for as long as the copy may take, because nothing else limits a SAS from a key.
   */
  asCopySource({ source, scope, access, lifetimeMilliseconds }: CopySourceRequest): CopySourceAccess {
    const mint = scope === "blob" ? mintReadSas : mintContainerReadSas;
    return { query: mint(this.key, source, access, sasLifetime(this.clock.now(), lifetimeMilliseconds)) };
  }

  /** An account key gives access to everything in its account. */
  covers(source: Credential): boolean {
    return source.query === "";
  }

  replaceRefused(): boolean {
    return false;
  }
}
