import type { FakeClock } from "../machine/fake-clock";
import { type Invoked, loadProviderFramework, type ProviderFramework } from "./provider-framework";

/** A request of CloudFormation to a custom resource. */
export interface ResourceRequest {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string | undefined;
  readonly ResourceType: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>> | undefined;
}

/** The answer to CloudFormation. */
export interface ResourceResponse {
  readonly Status: "SUCCESS" | "FAILED";
  readonly Reason: string;
  readonly RequestId: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Readonly<Record<string, unknown>>;
  /** Size of the whole answer. */
  readonly bytes: number;
}

/**
 * The functions of the provider: each call is an invocation. A crash rejects it, or makes it never
 * end.
 */
export interface UserFunctions {
  onEvent(event: object): Promise<unknown>;
  isComplete(event: object): Promise<unknown>;
}

export interface ProviderOptions {
  readonly clock: FakeClock;
  readonly functions: UserFunctions;
  /** Milliseconds. */
  readonly queryInterval?: number;
  readonly totalTimeout?: number;
  /** Milliseconds after which AWS Lambda ends an invocation. */
  readonly functionTimeout?: number;
}

const MINUTE = 60_000;

/**
 * A provider as the framework deploys it: its three functions and its waiter, which call the user's
 * functions.
 */
export class SimulatedProvider {
  readonly #framework: ProviderFramework;
  readonly #heard = new Map<string, (response: ResourceResponse) => void>();
  /**
   * All answers in the order of their arrival. CloudFormation uses the first answer to each
   * request.
   */
  readonly responses: ResourceResponse[] = [];
  readonly #waiters: Promise<void>[] = [];

  constructor(private readonly options: ProviderOptions) {
    this.#framework = loadProviderFramework({
      httpRequest: (_, body) => {
        const response = { ...(JSON.parse(body) as ResourceResponse), bytes: Buffer.byteLength(body) };
        this.responses.push(response);
        this.#heard.get(response.RequestId)?.(response);
        return Promise.resolve();
      },
      invokeFunction: ({ FunctionName, Payload }) =>
        this.#invoke(FunctionName.endsWith("onEvent") ? "onEvent" : "isComplete", JSON.parse(Payload) as object),
      startExecution: ({ input }) => {
        this.#waiters.push(this.#wait(JSON.parse(input) as object));
        return Promise.resolve();
      },
    });
  }

  /** Delivers a request `deliveries` times, and resolves with the first answer. */
  async send(request: ResourceRequest, deliveries = 1): Promise<ResourceResponse> {
    const answer = new Promise<ResourceResponse>((resolve) => this.#heard.set(request.RequestId, resolve));
    for (let delivery = 0; delivery < deliveries; delivery++) this.deliver(request);
    return answer;
  }

  /** Delivers a request without waiting for the answer. */
  deliver(request: ResourceRequest): void {
    const event = { ...structuredClone(request), ResponseURL: `https://answers.test/${request.RequestId}`, ServiceToken: "arn:provider" };
    this.#waiters.push(this.#framework.onEvent(event));
  }

  /** Resolves when all started executions have ended. */
  async idle(): Promise<void> {
    for (let done = 0; done < this.#waiters.length; done++) await this.#waiters[done];
  }

  /**
   * The state machine: one task, retried at a fixed interval. After the last try, the timeout
   * handler gets the error.
   */
  async #wait(event: object): Promise<void> {
    const { clock, queryInterval = 10_000, totalTimeout = 60 * MINUTE } = this.options;
    let failure: unknown;
    for (let tries = 0; tries <= totalTimeout / queryInterval; tries++) {
      if (tries > 0) await clock.sleep(queryInterval);
      try {
        await this.#framework.isComplete(structuredClone(event));
        return;
      } catch (error) {
        failure = error;
      }
    }
    const errorMessage = failure instanceof Error ? failure.message : String(failure);
    await this.#framework.onTimeout({ Error: "Retry", Cause: JSON.stringify({ errorMessage }) });
  }

  /** AWS Lambda: an error or a timeout of the function becomes an answer with `FunctionError`. */
  async #invoke(name: keyof UserFunctions, event: object): Promise<Invoked> {
    const { clock, functions, functionTimeout = 14 * MINUTE } = this.options;
    const over = new AbortController();
    const timeout = clock.sleep(functionTimeout, over.signal).then(() => {
      throw new Error(`Task timed out after ${functionTimeout / 1_000}.00 seconds`);
    });
    timeout.catch(() => undefined);
    try {
      const result = await Promise.race([functions[name](event), timeout]);
      return { Payload: JSON.stringify(result ?? null) };
    } catch (error) {
      const { name: errorType, message: errorMessage, stack = "" } = error as Error;
      return { FunctionError: "Unhandled", Payload: JSON.stringify({ errorType, errorMessage, trace: stack.split("\n") }) };
    } finally {
      over.abort();
    }
  }
}
