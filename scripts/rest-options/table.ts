import { NEWER_PARAMETERS } from "../../test/support/api-document/newer";
import { type Parameter, parametersOf } from "../../test/support/api-document/document";
import { type Entry, ENTRIES, NEVER_SENT, OF_ONE_OPERATION, OPERATIONS, type OperationName } from "./entries";

/** A parameter of an operation, and who sets it; undefined when it does not have an entry yet. */
export interface Row {
  readonly operation: OperationName;
  readonly name: string;
  readonly isRequired: boolean;
  readonly isLater: boolean;
  readonly entry: Entry | undefined;
}

const HEAD = `# Every parameter of the operations that copy

Of each header and query parameter: the option of a copy that sets it, or what the program sends by itself, or why it is not offered. Made by
\`npm run docs:rest-options\` from Microsoft's description of the API, version 2024-08-04; what is marked with \\* came with later versions.
`;

export function rows(): readonly Row[] {
  const names = Object.keys(OPERATIONS) as OperationName[];
  return names.flatMap((operation) => {
    const described = parametersOf(OPERATIONS[operation]) ?? [];
    const known = described.filter((parameter) => parameter.in !== "path").map((parameter) => rowOf(operation, parameter));
    const sent = NEWER_PARAMETERS.filter(({ operations }) => operations.includes(OPERATIONS[operation]));
    const others = NEVER_SENT.filter((one) => one.operations.includes(operation) && known.every(({ name }) => name !== one.name));
    return [
      ...known,
      ...[...sent, ...others].map(({ name }) => ({ operation, name, isRequired: false, isLater: true, entry: entryOf(operation, name) })),
    ];
  });
}

function rowOf(operation: OperationName, parameter: Parameter): Row {
  const prefix = parameter["x-ms-header-collection-prefix"];
  const name = parameter.in === "body" ? "body" : (prefix?.replace(/-$/, "") ?? parameter.name);
  return { operation, name, isRequired: parameter.required === true, isLater: false, entry: entryOf(operation, name) };
}

function entryOf(operation: OperationName, name: string): Entry | undefined {
  return OF_ONE_OPERATION[operation]?.[name.toLowerCase()] ?? ENTRIES[name.toLowerCase()];
}

/** The text of docs/rest-options.md. */
export function page(): string {
  const all = rows();
  const sections = (Object.keys(OPERATIONS) as OperationName[]).map((operation) => {
    const lines = all.filter((row) => row.operation === operation).map(lineOf);
    return `\n## ${operation}\n\n| parameter | who sets it |\n|---|---|\n${lines.join("\n")}\n`;
  });
  return HEAD + sections.join("");
}

function lineOf({ name, isLater, isRequired, entry }: Row): string {
  const shown = name === "x-ms-meta" ? "x-ms-meta-\\*" : name;
  return `| ${isRequired ? `**${shown}**` : shown}${isLater ? " \\*" : ""} | ${entry === undefined ? "" : text(entry)} |`;
}

function text(entry: Entry): string {
  if ("option" in entry) return `\`${entry.option}\`${entry.also === undefined ? "" : `; ${entry.also}`}`;
  return "program" in entry ? `set by the program: ${entry.program}` : `not offered: ${entry.notOffered}`;
}
