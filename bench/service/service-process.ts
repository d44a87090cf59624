import { fork, type ChildProcess } from "node:child_process";
import type { CommandMessage, ReplyMessage, ServiceAccounts, ServiceCommands, ServiceOptions } from "./protocol";

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The fake service in a separate process. */
export class ServiceProcess {
  static async start(program: string, options: ServiceOptions): Promise<ServiceProcess> {
    const child = fork(program, [], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const service = new ServiceProcess(child);
    service.startedAccounts = await service.ask("start", options);
    return service;
  }

  private startedAccounts: ServiceAccounts | undefined;
  private readonly pending = new Map<number, Pending>();
  private counter = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on("message", ({ id, result, error }: ReplyMessage) => {
      const asked = this.pending.get(id);
      this.pending.delete(id);
      if (error === undefined) asked?.resolve(result);
      else asked?.reject(new Error(`The fake service: ${error}`));
    });
    child.on("exit", (code, signal) => {
      const gone = new Error(`The fake service has ended with ${signal ?? `exit code ${String(code)}`}.`);
      for (const { reject } of this.pending.values()) reject(gone);
      this.pending.clear();
    });
  }

  get accounts(): ServiceAccounts {
    if (this.startedAccounts === undefined) throw new Error("The fake service has not started yet.");
    return this.startedAccounts;
  }

  ask<Name extends keyof ServiceCommands>(
    command: Name,
    ...[argument]: Parameters<ServiceCommands[Name]>
  ): Promise<ReturnType<ServiceCommands[Name]>> {
    return new Promise((resolve, reject) => {
      const id = ++this.counter;
      this.pending.set(id, { resolve: (result) => resolve(result as ReturnType<ServiceCommands[Name]>), reject });
      this.child.send({ id, command, argument } satisfies CommandMessage);
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.disconnect();
    await ended;
  }
}
