import { createHash } from "node:crypto";
import { Annotations, Stack, Token, Tokenization } from "aws-cdk-lib/core";
import type { Language } from "../../framework/language";
import { waitsFor } from "./dependencies";

/** Encoded string tokens, and number tokens inside a string. */
const UNKNOWN_PARTS = /\$\{Token\[[^\]]+\]\}|-\d\.\d+e\+2[89]\d/g;

const PIECE = /\$\{Token(?:\[|%5B)|%7BToken%5B|(?:TOKEN\.|AWS\.\w+\.)\d+(?:\]|%5D)/i;
/** The first characters of a token, left by code that shortens a hash, or its last ones. */
const END = /[$#]\{Tok(?:en?)?(?![A-Za-z])|N\.\d+\]\}/;
const NUMBER = /-?\d\.\d{6,}e\+2(?:89|9\d)/g;

/** AWS CDK's representation of values that only CloudFormation will know. */
export const cloudFormationLanguage: Language = {
  words: {
    value: "a CloudFormation value",
    values: "CloudFormation values",
    tool: "CloudFormation",
    written: "to the template, and is logged",
    queryFix: (it) => `remove the query, and give ${it} as credential: Credential.fromSecretsManager(secret)`,
    workloadIdentity: "Credential.webIdentity",
    changers: "its functions, such as Fn.select, Fn.split or Fn.sub",
    ofList: 'take one of its elements with Fn.select(0, list), or all with Fn.join(",", list)',
    takesLists: false,
    composesTexts: false,
    deadReference: /\{\{resolve:(?:secretsmanager|ssm-secure):/,
    joinLists: "give texts that are known at synth, or the list alone",
    joinMaps: "give each name with its value",
    calculate: "give the number itself as a parameter",
    order: "make the second one depend on the first: second.node.addDependency(first)",
    each: "give the copies that are known at synth",
  },
  withoutTokens: (text, standIn) => text.replace(UNKNOWN_PARTS, standIn),
  mayHoldToken: (text) => text.includes("${Token["),
  misuseIn: (text, withoutTokens) => {
    if (text.includes("#{Token[")) return "list";
    const isCalculated = text.includes("e+2") && (text.match(NUMBER) ?? []).some((number) => !Token.isUnresolved(Number(number)));
    return PIECE.test(withoutTokens) || END.test(withoutTokens) || isCalculated ? "piece" : undefined;
  },
  isNumberValue: (value) => Token.isUnresolved(value),
  isValueObject: (value) => Tokenization.isResolvable(value),
  isUnknownMap: (map) => Token.isUnresolved(map),
  textOfValue: (value) => Token.asString(value),
  numberOfValue: (value) => Token.asNumber(value),
  // A map token stays an object until it is resolved.
  mapOfValue: (value) => Token.asAny(value) as unknown as Readonly<Record<string, string>>,
  listOfValue: (value) => Token.asList(value),
  owns: (construct) => construct.node.scopes.some((scope) => Stack.isStack(scope)),
  resolveIn: (scope) => (value) => textOf(Stack.of(scope).resolve(value), value),
  stackOf: (construct) => Stack.of(construct),
  warn: (construct, text) => {
    if (!construct.node.metadata.some(({ data }) => data === text)) Annotations.of(construct).addWarning(text);
  },
  waitsFor,
};

/**
 * A string that the template replaces by an intrinsic function becomes a text that is the same for
 * the same function.
 */
function textOf(resolved: unknown, value: unknown): unknown {
  if (typeof value !== "string" || typeof resolved === "string" || resolved === undefined) return resolved;
  return `\${${createHash("sha256").update(JSON.stringify(resolved)).digest("hex").slice(0, 16)}}`;
}
