import type { LocationReference } from "../../src/intent";
import { LocationKind, URL_SECRET_EXPRESSIONS } from "../../src/intent";
import { asWritten } from "../framework/hcl";
import { lazyText } from "../framework/settled";
import { DeclaredText } from "../framework/tokens";
import { words } from "../framework/language";

/** A condition that Terraform checks before it records anything. */
export interface Precondition {
  readonly condition: string;
  readonly error_message: string;
}

const SECRET = `(?i)${URL_SECRET_EXPRESSIONS.map((expression) => `(?:${expression})`).join("|")}`;
const WHAT = "holds a signature, a token or a password, which Terraform would keep in its state";

/** Synth cannot see a secret in a URL that Terraform makes; Terraform looks for it before the URL gets into its state. */
export function noSecretInUrls(source: LocationReference, destination: LocationReference): Precondition[] {
  return [...noSecret("source", source), ...noSecret("destination", destination)];
}

function noSecret(side: string, place: LocationReference): Precondition[] {
  if (place.kind !== LocationKind.URL || new DeclaredText(place.url).isKnown) return [];
  const { url } = place;
  return [
    {
      condition: lazyText((resolve) => `\${!can(regex("${SECRET}", "${resolve(asWritten(url))}"))}`),
      error_message: `The URL of the ${side} ${WHAT}; ${words().queryFix("it")}.`,
    },
  ];
}

/** @param values what occurs in URLs, in Terraform's template language */
export function noSecretInValues(values: readonly string[]): Precondition[] {
  if (values.length === 0) return [];
  const list = values.map((value) => `"${value}"`).join(", ");
  return [
    {
      condition: `\${!can(regex("${SECRET}", join(" ", [${list}])))}`,
      error_message: `The URL of a source or destination ${WHAT}; ${words().queryFix("it")}.`,
    },
  ];
}

/** Fewer values are short enough, whatever Terraform makes of them. */
const FEW_VALUES = 50;
/** They travel in one environment variable, of which a process gets 128 KiB. */
const MAX_CHARACTERS = 100_000;

/** @param values of a set, in Terraform's template language */
export function fitIntoEnvironment(values: readonly string[]): Precondition[] {
  if (values.length <= FEW_VALUES) return [];
  const list = values.map((value) => `"${value}"`).join(", ");
  return [
    {
      condition: `\${length(join("", [${list}])) <= ${MAX_CHARACTERS}}`,
      error_message: `The Terraform values in copies take more than ${MAX_CHARACTERS} characters, which an environment variable does not hold; use fewer or shorter ones, or split the set.`,
    },
  ];
}
