import { Annotations, DefaultTokenResolver, StringConcat, TerraformStack, Token, Tokenization } from "cdktf";
import { waitsFor } from "./dependencies";
import { isExpression } from "./hcl";
import type { Language } from "./language";

/**
 * Encoded string tokens, the one element of an encoded list, Terraform expressions written by hand,
 * and number tokens inside a string.
 */
const UNKNOWN_PARTS = /[$#]\{TfToken\[[^\]]+\]\}|\$\{[^}]*\}|-\d\.\d+e\+2[89]\d/g;

const PIECE = /TfToken(?:\[|%5B)|TOKEN\.\d+(?:\]|%5D)/i;
/** The first characters of a token, left by code that shortens a hash, or its last ones. */
const END = /[$#&]\{Tf|N\.\d+\]\}/;
const NUMBER = /-?\d\.\d{6,}e\+2(?:89|9\d)/g;

/** Representation of values that only Terraform will know, in CDK for Terraform and CDK Terrain. */
export const terraformLanguage: Language = {
  words: {
    value: "a Terraform value",
    values: "Terraform values",
    tool: "Terraform",
    written: "to the synthesized folder and to Terraform's state",
    queryFix: (it) =>
      `remove the query, and give ${it} as credential: Credential.sasFromEnvironment("NAME_OF_A_VARIABLE"), or Credential.sas(value) for one that Terraform makes`,
    workloadIdentity: "Credential.workloadIdentity",
    changers: "its functions, such as Fn.lower, Fn.substr, Fn.split or Fn.urlencode",
    ofList: 'take one of its elements with Fn.element(list, 0), or all with Fn.join(",", list)',
    takesLists: true,
    composesTexts: true,
    joinLists: 'join them with Fn.concat([list, ["…"]])',
    joinMaps: "join them with Fn.merge([map, { … }])",
    calculate: "use Terraform's operators, such as Op.mul",
    order: "name the first one in dependsOn of the second",
    each: "declare a BlobCopy with forEach for elements that only Terraform knows",
  },
  withoutTokens,
  mayHoldToken: (text) => text.includes("{TfToken["),
  misuseIn: (text, withoutTokens) => {
    if (text.includes("#{TfToken[")) return "list";
    if (text.includes("&{TfToken[")) return "map";
    const isCalculated = text.includes("e+2") && (text.match(NUMBER) ?? []).some((number) => !Token.isUnresolved(Number(number)));
    return PIECE.test(withoutTokens) || END.test(withoutTokens) || isCalculated ? "piece" : undefined;
  },
  isNumberValue: (value) => Token.isUnresolved(value),
  isValueObject: (value) => Tokenization.isResolvable(value),
  isUnknownMap: (map) => Token.isUnresolved(map),
  textOfValue: (value) => Token.asString(value),
  numberOfValue: (value) => Token.asNumber(value),
  mapOfValue: (value) => Token.asStringMap(value),
  listOfValue: (value) => Token.asList(value),
  owns: (construct) => construct.node.scopes.some((scope) => TerraformStack.isStack(scope)),
  resolveIn: (scope) => {
    const resolver = new DefaultTokenResolver(new StringConcat());
    return (value) => Tokenization.resolve(value, { scope, resolver, preparing: false }) as unknown;
  },
  stackOf: (construct) => TerraformStack.of(construct),
  warn: (construct, text) => {
    if (!construct.node.metadata.some(({ data }) => data === text)) Annotations.of(construct).addWarning(text);
  },
  waitsFor,
};

/** A part that only looks like an expression is text, and may contain an expression. */
function withoutTokens(text: string, standIn: string): string {
  return text.replace(UNKNOWN_PARTS, (part) =>
    part.startsWith("$") && !isExpression(part) ? part.slice(0, 2) + withoutTokens(part.slice(2), standIn) : standIn,
  );
}
