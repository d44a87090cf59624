import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The requests that the framework's runtime sends to AWS. */
export interface Outbound {
  /** Sends the answer to the response URL. */
  httpRequest(options: object, body: string): Promise<void>;
  invokeFunction(request: { readonly FunctionName: string; readonly Payload: string }): Promise<Invoked>;
  startExecution(request: { readonly stateMachineArn: string; readonly input: string }): Promise<void>;
}

export interface Invoked {
  readonly FunctionError?: string;
  readonly Payload: string;
}

export interface ProviderFramework {
  onEvent(event: object): Promise<void>;
  isComplete(event: object): Promise<void>;
  onTimeout(event: object): Promise<void>;
}

const ENVIRONMENT = {
  USER_ON_EVENT_FUNCTION_ARN: "arn:aws:lambda:eu-west-1:1:function:onEvent",
  USER_IS_COMPLETE_FUNCTION_ARN: "arn:aws:lambda:eu-west-1:1:function:isComplete",
  WAITER_STATE_MACHINE_ARN: "arn:aws:states:eu-west-1:1:stateMachine:waiter",
};

const requireHere = createRequire(__filename);
const runtime = join(dirname(requireHere.resolve("aws-cdk-lib/package.json")), "custom-resources/lib/provider-framework/runtime");

type Module = (...args: readonly unknown[]) => void;

/**
 * The framework's own runtime, as it is deployed. Its files are read from aws-cdk-lib and run as
 * separate modules without the clients of AWS. Its outgoing requests go to `outbound`.
 */
export function loadProviderFramework(outbound: Outbound): ProviderFramework {
  const modules = new Map<string, { exports: Record<string, unknown> }>();
  const load = (name: string): Record<string, unknown> => {
    if (!name.startsWith("./")) return name.startsWith("@aws-sdk/") ? {} : (requireHere(name) as Record<string, unknown>);
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const source = readFileSync(join(runtime, `${name}.js`), "utf8");
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the package hides these files from require
    const run = new Function("require", "module", "exports", "process", "console", source) as Module;
    run(load, module, module.exports, { env: ENVIRONMENT }, { log: () => undefined });
    return module.exports;
  };
  Object.assign(load("./outbound"), outbound);
  return load("./framework") as unknown as ProviderFramework;
}
