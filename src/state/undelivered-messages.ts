import { readdirSync } from "node:fs";
import { join } from "node:path";
import { removeFile } from "../util/platform/replace-file";
import { readJsonObject, writeFileAtomically } from "../util/atomic-file";
import { destinationKey, type StateDirectory } from "./state-directory";

/** What a run had to say about one destination when nobody listened any more. */
export interface UndeliveredMessage {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Without any query. */
  readonly destination: string;
  /** A RollbackOutcome, `completed`, or `failed`. */
  readonly outcome: string;
  readonly text: string;
}

export class UndeliveredMessages {
  constructor(private readonly state: StateDirectory) {}

  /** As far as possible: there is nobody left who could be told of a full disk. */
  leave(word: UndeliveredMessage): void {
    try {
      writeFileAtomically(this.#fileOf(word.destination), `${JSON.stringify(word)}\n`);
    } catch {
      // The next run finds what there is to find on the service.
    }
  }

  /** The last words about these destinations; they stay. */
  read(destinations: readonly string[]): UndeliveredMessage[] {
    const files = new Set(this.#list());
    if (files.size === 0) return [];
    return destinations.flatMap((destination) => {
      const name = `${destinationKey(destination)}.json`;
      const word = files.has(name) ? readJsonObject(join(this.state.undeliveredFolder, name)) : undefined;
      return isUndeliveredMessage(word) ? [word] : [];
    });
  }

  /** Also what a killed writer left half-done. */
  remove(destinations: readonly string[]): void {
    const files = this.#list();
    if (files.length === 0) return;
    const keys = new Set(destinations.map(destinationKey));
    for (const file of files) if (keys.has(file.replace(/\..*$/, ""))) removeFile(join(this.state.undeliveredFolder, file));
  }

  #fileOf(destination: string): string {
    return join(this.state.undeliveredFolder, `${destinationKey(destination)}.json`);
  }

  #list(): string[] {
    try {
      return readdirSync(this.state.undeliveredFolder);
    } catch {
      return [];
    }
  }
}

function isUndeliveredMessage(value: unknown): value is UndeliveredMessage {
  const word = value as Partial<Record<keyof UndeliveredMessage, unknown>> | undefined;
  return (
    typeof word?.at === "string" &&
    typeof word.destination === "string" &&
    typeof word.outcome === "string" &&
    typeof word.text === "string"
  );
}
