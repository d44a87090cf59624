import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isList, isReference, type Reference, type Value, type World } from "./world";

/** Suppresses jsii's warning at each start that it no longer supports this version of Node. */
export const QUIET = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split(".")[0] };

/** A package that is loaded from its tarball, which each language's package contains. */
export interface LoadedPackage {
  readonly name: string;
  readonly version: string;
  readonly tarball: string;
}

/**
 * The runtime of jsii in a separate process. It is called with JSON lines, as from Python, Java, C#
 * and Go.
 */
export class JsiiKernel implements World {
  private constructor(
    private readonly child: ChildProcess & { readonly stdin: NodeJS.WritableStream },
    private readonly answers: AsyncIterator<string>,
  ) {}

  static async start(cwd: string): Promise<JsiiKernel> {
    const runtime = join(require.resolve("@jsii/runtime/package.json"), "../webpack/bin/jsii-runtime.js");
    const child = spawn(process.execPath, [runtime], {
      cwd,
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, JSII_AGENT: "test", ...QUIET },
    });
    const kernel = new JsiiKernel(child, createInterface({ input: child.stdout })[Symbol.asyncIterator]());
    const hello = await kernel.read();
    if (!("hello" in hello)) throw new Error(`the jsii runtime did not say hello but ${JSON.stringify(hello)}`);
    return kernel;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, "exit");
    this.child.stdin.end('{"exit":0}\n');
    await exited;
  }

  async load(loaded: LoadedPackage): Promise<void> {
    await this.ask({ api: "load", ...loaded });
  }

  async create(fqn: string, args: readonly Value[]): Promise<Reference> {
    return referenceOf(await this.ask({ api: "create", fqn, args: args.map((value) => sent(value)) }));
  }

  async callStatic(fqn: string, method: string, args: readonly Value[]): Promise<Value> {
    const { result } = await this.ask({ api: "sinvoke", fqn, method, args: args.map((value) => sent(value)) });
    return isWireReference(result) ? referenceOf(result) : (result as Value);
  }

  async call(of: Reference, method: string, args: readonly Value[]): Promise<unknown> {
    const answer = await this.ask({ api: "invoke", objref: sent(of), method, args: args.map((value) => sent(value)) });
    return isWireReference(answer.result) ? referenceOf(answer.result) : answer.result;
  }

  async get(of: Reference, property: string): Promise<unknown> {
    const { value } = await this.ask({ api: "get", objref: sent(of), property });
    return isWireReference(value) ? referenceOf(value) : value;
  }

  async getStatic(fqn: string, property: string): Promise<Value> {
    const { value } = await this.ask({ api: "sget", fqn, property });
    return isWireReference(value) ? referenceOf(value) : (value as Value);
  }

  private async ask(request: object): Promise<Record<string, unknown>> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.read();
    if ("error" in answer) throw new Error(String(answer.error));
    return answer.ok as Record<string, unknown>;
  }

  private async read(): Promise<Record<string, unknown>> {
    const answer = await this.answers.next();
    if (answer.done === true) throw new Error("the jsii runtime ended: its output above says why");
    return JSON.parse(answer.value) as Record<string, unknown>;
  }
}

const BY_REFERENCE = "$jsii.byref";

function isWireReference(value: unknown): value is Record<typeof BY_REFERENCE, string> {
  return typeof value === "object" && value !== null && BY_REFERENCE in value;
}

function referenceOf(value: unknown): Reference {
  if (!isWireReference(value)) throw new Error(`the jsii runtime answered ${JSON.stringify(value)} where an object was to come`);
  return { reference: value[BY_REFERENCE] };
}

/** A value as the protocol sends it. */
function sent(value: Value): unknown {
  if (isList(value)) return value.map((one) => sent(one));
  if (typeof value !== "object") return value;
  if (isReference(value)) return { [BY_REFERENCE]: value.reference };
  if ("member" in value) return { "$jsii.enum": `${value.fqn}/${value.member}` };
  if ("struct" in value) return { "$jsii.struct": { fqn: value.fqn, data: each(value.struct) } };
  return { "$jsii.map": each(value.pairs) };
}

function each(values: Readonly<Record<string, Value>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, sent(value)]));
}
