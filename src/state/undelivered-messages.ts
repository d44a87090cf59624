import { readdirSync } from "node:fs";
import { join } from "node:path";
import { removeFile } from "../util/platform/replace-file";
import { readJsonObject, writeFileAtomically } from "../util/atomic-file";
import { destinationKey, type StateDirectory } from "./state-directory";

/** A message of a run about one destination that could not be delivered. */
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

  /** Best effort: a full disk could not be reported either. */
  leave(word: UndeliveredMessage): void {
    try {
      writeFileAtomically(this.#fileOf(word.destination), `${JSON.stringify(word)}\n`);
    } catch {
      // The next run inspects the service itself.
    }
  }

  /** Returns the messages about these destinations, and keeps them. */
  read(destinations: readonly string[]): UndeliveredMessage[] {
    const files = new Set(this.#list());
    if (files.size === 0) return [];
    return destinations.flatMap((destination) => {
      const name = `${destinationKey(destination)}.json`;
      const word = files.has(name) ? readJsonObject(join(this.state.undeliveredFolder, name)) : undefined;
      return isUndeliveredMessage(word) ? [word] : [];
    });
  }

  /** Also removes unfinished files of a killed writer. */
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
