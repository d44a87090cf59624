import type { LocationReference } from "../../src/intent";
import { LocationKind, URL_SECRET_EXPRESSIONS } from "../../src/intent";
import { asWritten, bytesInEnvironment, hclExpression, holdsExpression, quotedTemplate } from "../framework/hcl";
import { lazyText } from "../framework/pre-resolved";
import { words } from "../framework/language";
import { type Resolve, resolveValues } from "../framework/resolution";
import { TokenAwareText } from "../framework/tokens";
import type { SetContent } from "../intent/set-intent";

/** A condition that Terraform checks before it records anything. */
export interface Precondition {
  readonly condition: string;
  readonly error_message: string;
}

/**
 * Terraform rejects a condition without a reference, such as one that only calls a function on
 * literals. Every workspace has a name.
 */
const REFERS = 'terraform.workspace != ""';
const SECRET = `(?i)${URL_SECRET_EXPRESSIONS.map((expression) => `(?:${expression})`).join("|")}`;
const WHAT = "holds a signature, a token or a password, which Terraform would keep in its state";

/**
 * Synth cannot see a secret in a URL that Terraform makes. Terraform checks the URL for one before
 * it gets into the state.
 */
export function noSecretInUrls(source: LocationReference, destination: LocationReference): Precondition[] {
  return [...noSecret("source", source), ...noSecret("destination", destination)];
}

function noSecret(side: string, place: LocationReference): Precondition[] {
  if (place.kind !== LocationKind.URL || new TokenAwareText(place.url).isKnown) return [];
  const { url } = place;
  return [
    {
      condition: lazyText((resolve) => `\${${REFERS} && !can(regex("${SECRET}", "${resolve(asWritten(url))}"))}`),
      error_message: `The URL of the ${side} ${WHAT}; ${words().queryFix("it")}.`,
    },
  ];
}

/** @param values values in URLs, in Terraform's template language */
export function noSecretInValues(values: readonly string[]): Precondition[] {
  if (values.length === 0) return [];
  const list = values.map(quotedTemplate).join(", ");
  return [
    {
      condition: `\${${REFERS} && !can(regex("${SECRET}", join(" ", [${list}])))}`,
      error_message: `The URL of a source or destination ${WHAT}; ${words().queryFix("it")}.`,
    },
  ];
}

/**
 * This many values always fit: the service accepts 8 KiB of metadata, and less of anything else.
 */
const FEW_VALUES = 10;
/**
 * The values are passed in one environment variable, which is limited to 128 KiB. The remainder is
 * for other parts of the intent.
 */
const MAX_BYTES = 115_000;
/** Ratio of base64, the only way in which Terraform can count bytes. */
const CHARACTERS_PER_BYTE = 4 / 3;

/**
 * Limits the names of a set, or the values that Terraform adds to its copies.
 *
 * @param known parts of the same intent that are known at synth, where they are limited
 */
function fitIntoEnvironment(values: { readonly of: string; readonly json: unknown }, known: unknown): Precondition[] {
  const { of, json } = values;
  const text = JSON.stringify(json);
  if (!holdsExpression(text) || (Array.isArray(json) && json.length <= FEW_VALUES && json.every((value) => typeof value === "string")))
    return [];
  const most = MAX_BYTES - bytesInEnvironment(known);
  return [
    {
      condition: `\${${REFERS} && length(base64encode(jsonencode(${hclExpression(json)}))) <= ${Math.floor(most * CHARACTERS_PER_BYTE)}}`,
      error_message: `${of} take more than ${most} bytes, which do not fit into an environment variable together with the rest of the set; use fewer or shorter ones, or split the set.`,
    },
  ];
}

/** Limits the values that a set passes in its environment. */
export function fitSet({ manifest, prefixes }: SetContent, resultKeys: readonly string[], resolve: Resolve): readonly Precondition[] {
  if (manifest !== undefined) return fitIntoEnvironment({ of: "The Terraform values in copies", json: manifest.file.values }, resultKeys);
  const { include, exclude, rename } = prefixes ?? {};
  return fitIntoEnvironment({ of: "include, exclude and rename", json: resolveValues({ include, exclude, rename }, resolve) }, resultKeys);
}
