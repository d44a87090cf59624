import { createRequire } from "node:module";

/** The used part of node-pty, which comes with cdktf-cli and is built for Node 20 and 22. */
interface NodePty {
  spawn(
    file: string,
    args: string[],
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly cols: number },
  ): {
    readonly pid: number;
    onData(listener: (text: string) => void): void;
    onExit(listener: (event: { readonly exitCode: number; readonly signal?: number }) => void): void;
    write(text: string): void;
    kill(signal: string): void;
    destroy(): void;
  };
}

export type PseudoTerminal = ReturnType<NodePty["spawn"]>;

function loadNodePty(): NodePty | undefined {
  try {
    const fromCli = createRequire(require.resolve("cdktf-cli/package.json"));
    return fromCli("@cdktf/node-pty-prebuilt-multiarch") as NodePty;
  } catch {
    return undefined;
  }
}

const nodePty = loadNodePty();

/** Starts a program as the foreground process of its own terminal. */
export function startInTerminal(file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): PseudoTerminal {
  if (nodePty === undefined) throw new Error("there is no pseudo-terminal on this Node");
  return nodePty.spawn(file, [...args], { cwd, env, cols: 200 });
}

/**
 * Whether a test that needs a terminal can run. If not, prints the reason; in CI, a missing
 * terminal is an error on Node versions that should have it.
 */
export function hasPseudoTerminal(): boolean {
  if (nodePty !== undefined) return true;
  const why = `SKIPPED for want of node-pty on Node ${process.versions.node}: tests with a terminal`;
  if (process.env.CI && Number(process.versions.node.split(".")[0]) <= 22) throw new Error(why);
  process.stderr.write(`${why}\n`);
  return false;
}
