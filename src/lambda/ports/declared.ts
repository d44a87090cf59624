import { badIntent } from "../../failure/bad-intent";
import { type CopyIntent, DestroyPolicy, type KeyedCopy } from "../../intent";
import { Fields } from "../../intent/parse/fields";
import { parseCopy } from "../../intent/parse/parse-copy";
import { parseIntent } from "../../intent/parse/parse-intent";
import { SET_DEFAULTS } from "../../intent/parse/parse-set";

/**
 * The properties that the construct writes into the template. They are strings from the start,
 * because CloudFormation turns everything into strings.
 */
export interface ResourceProperties {
  /** A copy intent, as JSON. */
  readonly Intent?: string;
  /** For a set with a list: its copies, as JSON. */
  readonly Copies?: string;
  /**
   * Values in the JSON of other properties that only CloudFormation knew. They are separate,
   * because CloudFormation would insert their characters into a text unescaped.
   */
  readonly Values?: readonly ValueApart[];
  /** For a set: attributes of single blobs, as a JSON list of {@link WantedResult}. */
  readonly Results?: string;
  /**
   * Stands for everything that decides whether the destination is as declared; a change copies
   * again.
   */
  readonly Fingerprint?: string;
  /** A {@link DestroyPolicy}. */
  readonly OnDestroy?: string;
}

/** One value, and its places: for each, the property, then the names and indices in its JSON. */
export interface ValueApart {
  /** Absent if the value turned out not to exist. */
  readonly Is?: string;
  readonly At: readonly (readonly string[])[];
}

/** The parsed declaration of an event. */
export interface DeclaredResource {
  readonly intent: CopyIntent;
  /** Only for a set with a list. */
  readonly list: readonly KeyedCopy[] | undefined;
  readonly results: readonly WantedResult[];
  readonly fingerprint: string;
  readonly onDestroy: DestroyPolicy;
}

/** An attribute of one blob of a set. */
export interface WantedResult {
  /** Name of the resource's attribute. */
  readonly as: string;
  /** Key of the blob in its set. */
  readonly key: string;
  /** Name of the blob's attribute. */
  readonly attribute: string;
}

/** @throws CopyFailure (exit code 2) */
export function declaredIn(properties: ResourceProperties, key: string): DeclaredResource {
  const { Intent = "", Copies, Values = [], Fingerprint = "", OnDestroy = "" } = properties;
  const onDestroy = Object.values(DestroyPolicy).find((policy: string) => policy === OnDestroy) ?? DestroyPolicy.RETAIN;
  // A resource marks everything that it leaves on the service with this key, so that no other stack
  // or resource takes it for its own.
  return {
    intent: { ...parseIntent(asWrittenNow(filled(Intent, "Intent", Values))), deployment: key },
    list: Copies === undefined ? undefined : listIn(filled(Copies, "Copies", Values)),
    results: wantedIn(properties),
    fingerprint: Fingerprint,
    onDestroy,
  };
}

/**
 * Removes an empty list of globs. An earlier version wrote one for globs that were not declared,
 * and a stack keeps it until its sets are declared anew or deleted. The construct does not accept
 * lists that only CloudFormation knows, so this list cannot have turned out to be empty.
 */
function asWrittenNow(intent: unknown): unknown {
  const prefixes = memberOf(memberOf(intent, "set"), "prefixes");
  const include = memberOf(prefixes, "include");
  if (isObject(prefixes) && Array.isArray(include) && include.length === 0) Reflect.deleteProperty(prefixes, "include");
  return intent;
}

function listIn(json: unknown): readonly KeyedCopy[] {
  const problems: string[] = [];
  const copies = new Fields({ copies: json }, "", problems).children("copies");
  const list = copies.map((copy) => ({ ...parseCopy(copy, SET_DEFAULTS), key: copy.requiredText("key") }));
  if (problems.length > 0) throw badIntent("copy intent", problems);
  return list;
}

/** @throws CopyFailure (exit code 2) */
export function wantedIn({ Results = "[]" }: ResourceProperties): readonly WantedResult[] {
  const problems: string[] = [];
  const results = new Fields({ results: parsed(Results, "Results") }, "", problems).children("results");
  const wanted = results.map((one) => ({
    as: one.requiredText("as"),
    key: one.requiredText("key"),
    attribute: one.requiredText("attribute"),
  }));
  if (problems.length > 0) throw badIntent("copy intent", problems);
  return wanted;
}

/** Parses the JSON of a property, and inserts the separate values. */
function filled(json: string, property: string, values: readonly ValueApart[]): unknown {
  const whole = parsed(json, property);
  for (const { Is, At } of values) for (const [name, ...path] of At) if (name === property) put(Is, whole, path, property);
  return whole;
}

function put(value: string | undefined, whole: unknown, path: readonly string[], property: string): void {
  const last = path.at(-1) ?? "";
  const parent = path.slice(0, -1).reduce(memberOf, whole);
  if (!isObject(parent) || !Object.hasOwn(parent, last))
    throw badIntent("copy intent", `Values has a value for ${property} at ${path.join(".")}, but that place does not exist`);
  // CloudFormation turns every value into text, whatever its declared type.
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = typeof parent[last] === "number" ? Number(value) : value;
}

function memberOf(of: unknown, name: string): unknown {
  return isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function parsed(json: string, property: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw badIntent("copy intent", `the property ${property} is not JSON`);
  }
}
