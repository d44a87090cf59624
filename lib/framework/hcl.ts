/**
 * Escapes a text for Terraform's template language, in which Terraform reads every string of JSON.
 */
export function hclTemplate(text: string): string {
  // A "$$" in a replacement string would become one "$".
  return text.replaceAll("${", () => "$${").replaceAll("%{", "%%{");
}

/** Returns a string literal of Terraform's language. */
export function hclString(text: string): string {
  return hclTemplate(JSON.stringify(text));
}

/** A reference begins with one of these names, with the type of a resource, or with a function. */
const REFERENCE = /^\s*(?:(?:var|local|data|module|each|count|self|path|terraform|provider)\s*[.[]|[a-z][a-z0-9]*_\w*\s*[.[]|[a-z]\w*\()/i;
/** A computed value may begin with a literal, a bracket or an operator. */
const COMPUTED = /^\s*[-!"[({0-9]/;

/**
 * Returns whether `${…}` is an expression of Terraform, such as a framework's token or
 * `${var.name}` written by hand. `${HOME}` and `${name.first}` are not: Terraform does not know
 * such names, and would reject the whole configuration.
 */
export function isExpression(part: string): boolean {
  const inner = part.slice(2, -1);
  return part.startsWith("${TfToken[") || REFERENCE.test(inner) || COMPUTED.test(inner);
}

/**
 * Escapes a declared string for Terraform, so that everything except its own expressions arrives as
 * it was written.
 */
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

/** Applies {@link asWritten} to every string of a declared value, including names. */
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

/** Most declared values do not need escaping, and there may be thousands of copies. */
function holdsBrace(value: unknown): boolean {
  if (typeof value === "string") return value.includes("{");
  if (Array.isArray(value)) return value.some(holdsBrace);
  if (!isPlain(value)) return false;
  for (const name of Object.keys(value)) if (name.includes("{") || holdsBrace(value[name])) return true;
  return false;
}

/**
 * Returns the number of bytes that Terraform's `jsonencode` writes for known values. It writes some
 * characters as six, so that a browser does not take them for HTML.
 */
export function bytesInEnvironment(json: unknown): number {
  const text = JSON.stringify(json);
  return Buffer.byteLength(text) + 5 * (text.match(/[<>&]/g)?.length ?? 0) + 3 * (text.match(/[\u2028\u2029]/g)?.length ?? 0);
}

/**
 * Converts JSON whose strings are templates, as Terraform reads it, into an expression of
 * Terraform's language.
 */
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

/** Returns whether a template leaves a part to the deploy. Escaped expressions do not count. */
export function holdsExpression(template: string): boolean {
  return BEGINNING.test(template);
}

/** Returns a template in quotes, with the text outside its expressions escaped. */
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
