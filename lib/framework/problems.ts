import type { TerraformStack } from "cdktf";

/** What is wrong with one declaration. Collected instead of thrown, so that one synth reports everything at once. */
export class Problems {
  private readonly found: string[] = [];

  add(problem: string): void {
    this.found.push(problem);
  }

  get list(): string[] {
    return [...this.found];
  }
}

/**
 * Shows problems without frames.
 *
 * The framework throws them as one `Error` and lets Node print it: its stack shows the framework's own files, of which none is at
 * fault, under the messages that matter. Only that error loses its frames.
 */
export function showWithoutFrames(stack: TerraformStack): void {
  const { synthesizer } = stack;
  stack.synthesizer = {
    synthesize: (session) => {
      try {
        synthesizer.synthesize(session);
      } catch (error) {
        if (error instanceof Error && /validation failed/i.test(error.message)) error.stack = `${error.name}: ${error.message}`;
        throw error;
      }
    },
  };
}
