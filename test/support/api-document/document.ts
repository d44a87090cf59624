import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A parameter of an operation, as OpenAPI 2.0 writes it. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "body";
  readonly required?: boolean;
  readonly type?: "string" | "integer" | "boolean" | "array";
  readonly format?: "byte" | "date-time-rfc1123" | "int64";
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly items?: { readonly enum?: readonly string[] };
  readonly "x-ms-header-collection-prefix"?: string;
  /** Only for a body. */
  readonly schema?: { readonly format?: string };
}

type Referenced = Parameter | { readonly $ref: string };
interface PathItem {
  readonly parameters?: readonly Referenced[];
  readonly [method: string]:
    { readonly operationId: string; readonly parameters?: readonly Referenced[] } | readonly Referenced[] | undefined;
}
interface ApiDocument {
  readonly definitions: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly "x-ms-paths": Readonly<Record<string, PathItem>>;
}

const FILE = join(__dirname, "../../service-answers/data/blob-openapi.json");

let operations: ReadonlyMap<string, readonly Parameter[]> | undefined;

/**
 * Parameters of an operation of the Blob service, by its id in the published description of the
 * API.
 */
export function parametersOf(operationId: string): readonly Parameter[] | undefined {
  operations ??= load();
  return operations.get(operationId);
}

/** All error codes that the service can answer. */
export function errorCodes(): readonly string[] {
  const { definitions } = JSON.parse(readFileSync(FILE, "utf8")) as ApiDocument;
  return definitions["ErrorCode"]?.enum ?? [];
}

function load(): ReadonlyMap<string, readonly Parameter[]> {
  const document = JSON.parse(readFileSync(FILE, "utf8")) as ApiDocument;
  const resolve = (one: Referenced): Parameter => {
    if (!("$ref" in one)) return one;
    const found = document.parameters[one.$ref.replace("#/parameters/", "")];
    if (found === undefined) throw new Error(`${one.$ref} is not in the document`);
    return found;
  };
  return new Map(
    Object.values(document["x-ms-paths"]).flatMap(({ parameters: shared = [], ...methods }) =>
      Object.values(methods).flatMap((operation): [string, readonly Parameter[]][] =>
        operation === undefined || !("operationId" in operation)
          ? []
          : [[operation.operationId, [...shared, ...(operation.parameters ?? [])].map(resolve)]],
      ),
    ),
  );
}
