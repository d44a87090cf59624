import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One line of `data/answers.ndjson`. */
export interface RecordedExchange {
  /** As in the REST reference; `Put Page (clear)` is Put Page. */
  readonly operation: string;
  /** Repository, file, commit and number. */
  readonly source: string;
  readonly request: {
    readonly method: string;
    readonly pathAndQuery: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly headersNote?: string;
  };
  readonly response: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };
  /** A special feature of this exchange. */
  readonly variant?: string;
  /** Name of the flow of which this exchange is one step. */
  readonly sequence?: string;
  readonly step?: number;
  /** The chosen example of its operation, status and code. */
  readonly distinct?: boolean;
  /** Changes that the recorder made. */
  readonly fidelity: string;
}

export const recorded: readonly RecordedExchange[] = readFileSync(join(__dirname, "../data/answers.ndjson"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as RecordedExchange);

/** A header of the answer; the name's case does not matter. */
export function answered({ response }: RecordedExchange, name: string): string | undefined {
  return valueOf(response.headers, name);
}

export function asked({ request }: RecordedExchange, name: string): string | undefined {
  return valueOf(request.headers, name);
}

function valueOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}

/** The text of an element of the answer's body. */
export function elementOf({ response }: RecordedExchange, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(response.body)?.[1];
  return text?.replace(/&(quot|apos|lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = { "&quot;": '"', "&apos;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/**
 * The service's error code. Newer versions also send it in a header, and answers to HEAD do not
 * have a body.
 */
export function codeOf(exchange: RecordedExchange): string | undefined {
  return answered(exchange, "x-ms-error-code") ?? elementOf(exchange, "Code");
}

/** Title for a test: operation, status, code and special feature. */
export function titleOf(exchange: RecordedExchange): string {
  const { operation, response, variant } = exchange;
  return [operation, response.status, codeOf(exchange), variant === undefined ? undefined : `(${variant})`]
    .filter((part) => part !== undefined)
    .join(" ");
}
