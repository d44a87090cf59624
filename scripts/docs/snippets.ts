import { dirname, join } from "node:path";
import ts from "typescript";
import { codeBlocks } from "./markdown";
import type { Documents } from "./links";

interface Snippet {
  readonly document: string;
  readonly line: number;
  readonly code: string;
}

/**
 * Modules whose names an example without imports may use. If several export a name, the first one
 * counts.
 */
const AMBIENT = ["cdktf-azure-blob-copy", "./surroundings", "cdktf", "constructs", "@cdktf/provider-azurerm/lib/data-azurerm-storage-blob"];

/** The compiler with the modules that examples may use, which it reads only once. */
export interface Library {
  readonly program: ts.Program;
  /** The module that exports each name. */
  readonly exported: ReadonlyMap<string, string>;
  /** Compiles texts as files of this folder, without writing them. */
  readonly compile: (texts: ReadonlyMap<string, string>) => ts.Program;
}

export function readLibrary(configuration: string): Library {
  const options = optionsOf(configuration);
  const usual = ts.createCompilerHost(options);
  const virtual = new Map<string, string>();
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const host: ts.CompilerHost = {
    ...usual,
    fileExists: (name) => virtual.has(name) || usual.fileExists(name),
    readFile: (name) => virtual.get(name) ?? usual.readFile(name),
    getSourceFile: (name, ...rest) => {
      const text = virtual.get(name);
      if (!parsed.has(name))
        parsed.set(name, text === undefined ? usual.getSourceFile(name, ...rest) : ts.createSourceFile(name, text, rest[0], true));
      return parsed.get(name);
    },
  };
  const compile = (texts: ReadonlyMap<string, string>): ts.Program => {
    for (const [name, text] of texts) virtual.set(name, text);
    return ts.createProgram([...texts.keys()], options, host);
  };
  const ambient = join(__dirname, "ambient.ts");
  const program = compile(new Map([[ambient, AMBIENT.map((name, index) => `export * as m${String(index)} from "${name}";`).join("\n")]]));
  return { program, exported: exportsOf(program, ambient), compile };
}

/** Returns one sentence for each compiler error in a TypeScript block of the documents. */
export function wrongSnippets(documents: Documents, root: string, library: Library): string[] {
  const snippets = [...documents].flatMap(([document, text]) =>
    codeBlocks(text)
      .filter(({ language }) => /^(ts|typescript)$/.test(language))
      .map(({ line, code }): Snippet => ({ document, line, code })),
  );
  const successor = snippets.filter(({ code }) => /from "cdktn"/.test(code));
  const others = snippets.filter((snippet) => !successor.includes(snippet));
  return [
    ...problemsOf(others, library),
    ...(successor.length === 0 ? [] : problemsOf(successor, readLibrary(join(root, "tsconfig.cdktn.json")))),
  ];
}

/** Compiles all snippets as one program, so that the frameworks' types are read only once. */
function problemsOf(snippets: readonly Snippet[], { exported, compile }: Library): string[] {
  const files = new Map(snippets.map((snippet, index) => [join(__dirname, `snippet-${String(index)}.ts`), snippet]));
  const program = compile(new Map([...files].map(([file, { code }]) => [file, `${headerFor(code, exported)}${code}\nexport {};\n`])));
  return [...files].flatMap(([file, { document, line }]) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ start = 0, messageText }) => {
      const inFile = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${document}:${String(line + inFile - 1)} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}

/**
 * Imports, in one line, for the names that an example uses but neither imports nor declares. A
 * whole app must have all its own imports, and an example with imports must import all names of
 * packages.
 */
function headerFor(code: string, exported: ReadonlyMap<string, string>): string {
  if (/\bapp\.synth\(\)/.test(code)) return "\n";
  const hasImports = /^import /m.test(code);
  const source = ts.createSourceFile("snippet.ts", code, ts.ScriptTarget.Latest);
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    if (isDeclaration(node) && node.name) declared.add(node.name.getText(source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  const isOffered = (name: string) => (hasImports ? exported.get(name) === "./surroundings" : exported.has(name));
  const imports = [...used].filter((name) => isOffered(name) && !declared.has(name));
  return imports.map((name) => `import { ${name} } from "${exported.get(name) ?? ""}"; `).join("") + "\n";
}

function isDeclaration(node: ts.Node): node is ts.NamedDeclaration {
  return ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isImportSpecifier(node);
}

/** The module for each name that an example may use without an import. */
function exportsOf(program: ts.Program, ambient: string): ReadonlyMap<string, string> {
  const checker = program.getTypeChecker();
  const found = new Map<string, string>();
  const source = program.getSourceFile(ambient);
  const symbol = source && checker.getSymbolAtLocation(source);
  for (const [index, name] of AMBIENT.entries()) {
    const alias = symbol && checker.getExportsOfModule(symbol).find((one) => one.name === `m${String(index)}`);
    if (alias === undefined) throw new Error(`the module ${name}, which examples may use, cannot be read`);
    for (const one of checker.getExportsOfModule(checker.getAliasedSymbol(alias))) if (!found.has(one.name)) found.set(one.name, name);
  }
  return found;
}

function optionsOf(configuration: string): ts.CompilerOptions {
  const { config, error } = ts.readConfigFile(configuration, (name) => ts.sys.readFile(name)) as { config: unknown; error?: ts.Diagnostic };
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, dirname(configuration));
  return { ...options, types: ["node", "jest"], noEmit: true, noUnusedLocals: false, noUnusedParameters: false };
}
