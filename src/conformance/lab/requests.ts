import type { RestClient, RestRequest } from "../../azure/rest/rest-client";
import type { Target } from "../../azure/credential/target";
import { RetryPolicy } from "../../azure/http/retry";
import { ServiceError } from "../../failure/service-error";
import { escapeName } from "../../azure/address/blob-name";

/** A response of the service, of any status. */
export interface Answered {
  readonly status: number;
  /** Undefined below 300. */
  readonly code: string | undefined;
  /** Names in lower case; empty for an error. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Asked {
  /** The service's name for it. */
  readonly operation: string;
  readonly method?: RestRequest["method"];
  readonly query?: RestRequest["query"];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** False for a copy that must not be started twice; default true. */
  readonly repeatable?: boolean;
}

/**
 * Requests that the program itself does not need: those that fill the accounts, and those that
 * inspect more closely.
 */
export class Requests {
  constructor(
    private readonly client: RestClient,
    private readonly container: Target,
  ) {}

  /**
   * Sends a request to the container, or to a blob in it. Rejects only when there is no response.
   */
  async send(name: string | undefined, asked: Asked): Promise<Answered> {
    const { operation, method = "PUT", query, headers, body, repeatable = true } = asked;
    try {
      const answer = await this.client.send(name === undefined ? this.container : this.#blob(name), {
        operation,
        method,
        retryPolicy: RetryPolicy.MEDIUM,
        repeatable,
        ...(query === undefined ? {} : { query }),
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
      });
      const texts = Object.entries(answer.headers).filter((entry): entry is [string, string] => typeof entry[1] === "string");
      return { status: answer.status, code: undefined, headers: Object.fromEntries(texts), body: answer.body };
    } catch (error) {
      if (!(error instanceof ServiceError) || error.status === 0) throw error;
      return { status: error.status, code: error.code, headers: {}, body: "" };
    }
  }

  #blob(name: string): Target {
    const { blob, side } = this.container;
    const escaped = escapeName(name, side);
    return { ...this.container, blob: { ...blob, path: `${blob.path}/${escaped}`, url: `${blob.url}/${escaped}`, blobName: name } };
  }
}
