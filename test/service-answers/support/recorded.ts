import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One line of `data/answers.ndjson`. */
export interface RecordedExchange {
  /** In the service's words; `Put Page (clear)` is Put Page. */
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
  /** What is special about it. */
  readonly variant?: string;
  /** A whole flow, of which this is one step. */
  readonly sequence?: string;
  readonly step?: number;
  /** The chosen example of its operation, status and code. */
  readonly distinct?: boolean;
  /** What the recorder did to it. */
  readonly fidelity: string;
}

export const recorded: readonly RecordedExchange[] = readFileSync(join(__dirname, "../data/answers.ndjson"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as RecordedExchange);

/** A header of the answer, whatever the case of its name. */
export function answered({ response }: RecordedExchange, name: string): string | undefined {
  return valueOf(response.headers, name);
}

/** A header of the request. */
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

/** The error code as the service gave it: newer versions have it in a header, too, and HEAD has no body. */
export function codeOf(exchange: RecordedExchange): string | undefined {
  return answered(exchange, "x-ms-error-code") ?? elementOf(exchange, "Code");
}

/** For the name of a test: operation, status, code and what is special. */
export function titleOf(exchange: RecordedExchange): string {
  const { operation, response, variant } = exchange;
  return [operation, response.status, codeOf(exchange), variant === undefined ? undefined : `(${variant})`]
    .filter((part) => part !== undefined)
    .join(" ");
}
