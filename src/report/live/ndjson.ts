import type { CopyEvent } from "../../engine/ports/events";
import type { Print, Reporter } from "./reporter";

export type Level = "info" | "warn" | "error";

/** For machines: each event is one JSON object on one line, with its time, level and name first. */
export class Ndjson implements Reporter {
  constructor(
    private readonly print: Print,
    private readonly now: () => number,
  ) {}

  report(event: CopyEvent): void {
    const { type, ...fields } = event;
    this.print(`${JSON.stringify({ time: new Date(this.now()).toISOString(), level: levelOf(event), event: type, ...fields })}\n`);
  }

  tick(): void {
    // Only events are printed: a machine does not need a sign of life.
  }

  end(): void {
    // Every line is complete.
  }
}

function levelOf(event: CopyEvent): Level {
  switch (event.type) {
    case "run-failed":
    case "set-failures":
      return "error";
    case "rollback-finished":
      return event.outcome === "incomplete" ? "error" : "warn";
    case "warning":
    case "last-word":
    case "method-refused":
    case "rollback-started":
    case "set-rollback-started":
    case "copy-aborted":
    case "destination-left":
      return "warn";
    default:
      return "info";
  }
}
