/** Text for Terraform's template language, as which it reads every string of JSON. */
export function hclTemplate(text: string): string {
  // A "$$" in a replacement would be one "$".
  return text.replaceAll("${", () => "$${").replaceAll("%{", "%%{");
}

/** A literal of Terraform's language. */
export function hclString(text: string): string {
  return hclTemplate(JSON.stringify(text));
}

/** What refers to a value begins with one of these, with the type of a resource, or with a function. */
const REFERENCE = /^\s*(?:(?:var|local|data|module|each|count|self|path|terraform|provider)\s*[.[]|[a-z][a-z0-9]*_\w*\s*[.[]|[a-z]\w*\()/i;
/** What computes a value may begin with a literal, a bracket or an operator. */
const COMPUTED = /^\s*[-!"[({0-9]/;

/**
 * Whether `${…}` is an expression of Terraform's, such as the framework's tokens or `${var.name}` written by hand. `${HOME}` and
 * `${name.first}` are none: nothing in Terraform has such a name, and it would refuse the whole configuration.
 */
export function isExpression(part: string): boolean {
  const inner = part.slice(2, -1);
  return part.startsWith("${TfToken[") || REFERENCE.test(inner) || COMPUTED.test(inner);
}

/** A declared string as Terraform must get it, so that everything but its own expressions arrives as it was written. */
export function asWritten(text: string): string {
  if (!text.includes("{")) return text;
  let written = "";
  let rest = text;
  for (;;) {
    const start = rest.search(/[$%]\{/);
    if (start < 0) return written + rest;
    const isEscaped = start > 0 && rest[start - 1] === rest[start];
    const end = rest[start] === "$" ? endOfExpression(rest, start) : -1;
    const part = end < 0 ? "" : rest.slice(start, end);
    if (!isEscaped && part !== "" && isExpression(part)) {
      written += rest.slice(0, end);
      rest = rest.slice(end);
    } else {
      written += rest.slice(0, start) + (isEscaped ? "" : rest.charAt(start)) + rest.slice(start, start + 2);
      rest = rest.slice(start + 2);
    }
  }
}

/** As {@link asWritten}, for every string of a declared value, names included. */
export function allAsWritten<Value>(value: Value): Value {
  return written(value) as Value;
}

function written(value: unknown): unknown {
  if (typeof value === "string") return asWritten(value);
  if (Array.isArray(value)) return value.map(written);
  if (!isPlain(value) || !holdsBrace(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [asWritten(name), written(item)]));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Most of what is declared is written as it is, and there are thousands of copies. */
function holdsBrace(value: unknown): boolean {
  if (typeof value === "string") return value.includes("{");
  if (Array.isArray(value)) return value.some(holdsBrace);
  if (!isPlain(value)) return false;
  for (const name of Object.keys(value)) if (name.includes("{") || holdsBrace(value[name])) return true;
  return false;
}

/** How long Terraform's `jsonencode` makes what is known: it writes some characters in six, so that no browser takes them for HTML. */
export function bytesInEnvironment(json: unknown): number {
  const text = JSON.stringify(json);
  return Buffer.byteLength(text) + 5 * (text.match(/[<>&]/g)?.length ?? 0) + 3 * (text.match(/[\u2028\u2029]/g)?.length ?? 0);
}

/** What Terraform reads from JSON, in which each string is a template, as an expression of its language. */
export function hclExpression(json: unknown): string {
  if (typeof json === "string") {
    const isOne = json.startsWith("${") && endOfExpression(json, 0) === json.length;
    return isOne ? `(${json.slice(2, -1)})` : quotedTemplate(json);
  }
  if (Array.isArray(json)) return `[${json.map(hclExpression).join(", ")}]`;
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  const given = Object.entries(json).filter(([, value]) => value !== undefined);
  const members = given.map(([name, value]) => `(${quotedTemplate(name)}) = ${hclExpression(value)}`);
  return `{${members.join(", ")}}`;
}

const BEGINNING = /(?<!\$)\$\{/;

/** Whether a template leaves something to the deploy: what was escaped is written out. */
export function holdsExpression(template: string): boolean {
  return BEGINNING.test(template);
}

/** A template within quotes: what is outside of its expressions is escaped. */
export function quotedTemplate(template: string): string {
  const escaped = (literal: string): string => JSON.stringify(literal).slice(1, -1);
  let written = "";
  let rest = template;
  for (;;) {
    const start = rest.search(BEGINNING);
    const end = start < 0 ? -1 : endOfExpression(rest, start);
    if (end < 0) return `"${written}${escaped(rest)}"`;
    written += escaped(rest.slice(0, start)) + rest.slice(start, end);
    rest = rest.slice(end);
  }
}

function endOfExpression(text: string, start: number): number {
  let depth = 0;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "{") depth++;
    if (text[at] === "}" && --depth === 0) return at + 1;
  }
  return -1;
}
