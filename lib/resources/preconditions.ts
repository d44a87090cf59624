import type { LocationReference } from "../../src/intent";
import { LocationKind } from "../../src/intent";
import { DeclaredText, lazyText } from "../framework/tokens";
import { SAS_FIX } from "../validation/values/url";

/** A condition that Terraform checks before it records anything. */
export interface Precondition {
  readonly condition: string;
  readonly error_message: string;
}

/** Synth cannot see a SAS in a URL that Terraform makes; Terraform looks for it before the URL gets into its state. */
export function noSasInUrls(source: LocationReference, destination: LocationReference): Precondition[] {
  return [...noSas("source", source), ...noSas("destination", destination)];
}

function noSas(side: string, place: LocationReference): Precondition[] {
  if (place.kind !== LocationKind.URL || new DeclaredText(place.url).isKnown) return [];
  const { url } = place;
  return [
    {
      condition: lazyText((resolve) => `\${!can(regex("(?i)[?&]sig=", "${resolve(url)}"))}`),
      error_message: `The URL of the ${side} holds a SAS, which Terraform would keep in its state; ${SAS_FIX}.`,
    },
  ];
}

/** @param values what occurs in URLs, in Terraform's template language */
export function noSasInValues(values: readonly string[]): Precondition[] {
  if (values.length === 0) return [];
  const list = values.map((value) => `"${value}"`).join(", ");
  return [
    {
      condition: `\${!can(regex("(?i)[?&]sig=", join(" ", [${list}])))}`,
      error_message: `The URL of a source or destination holds a SAS, which Terraform would keep in its state; ${SAS_FIX}.`,
    },
  ];
}
