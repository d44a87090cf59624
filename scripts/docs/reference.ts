import ts from "typescript";

/**
 * Lists the parts of the public types that the reference lacks: types, members, and first sentences
 * of docstrings. This check is fast enough for lint. The tests check that the reference is exactly
 * the one that jsii makes from the sources.
 */
export function staleReference(program: ts.Program, entry: string, reference: string, name: string): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} exports nothing`);
  const words = reference.replaceAll(/\s+/g, " ");
  const problems: string[] = [];
  const expect = (symbol: ts.Symbol, ...path: string[]): void => {
    const ids = [path, [...path.slice(0, -1), "property", ...path.slice(-1)]].map((parts) => `id="${[name, ...parts].join(".")}"`);
    if (!ids.some((id) => reference.includes(id))) problems.push(`the reference of ${name} has no ${path.join(".")}`);
    const [sentence] = ts.displayPartsToString(symbol.getDocumentationComment(checker)).split(/\n\n|(?<=\.)\s/);
    const shown = sentence?.replaceAll(/\s+/g, " ").trim() ?? "";
    if (shown !== "" && !words.includes(shown)) problems.push(`the reference of ${name} does not say of ${path.join(".")}: ${shown}`);
  };
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    expect(symbol, symbol.name);
    for (const member of membersOf(symbol)) expect(member, symbol.name, member.name);
  }
  return problems;
}

/** The public members that the type itself declares. */
function membersOf(symbol: ts.Symbol): ts.Symbol[] {
  return [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])].filter((member) => {
    const [declaration] = member.declarations ?? [];
    const isHidden = declaration && ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected);
    return declaration !== undefined && !isHidden && !/^_|^(prototype|constructor)$/.test(member.name);
  });
}
