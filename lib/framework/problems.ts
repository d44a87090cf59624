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
 * Hands problems to the framework's validation.
 *
 * The framework throws them as one `Error` and lets Node print it: its stack shows the framework's own files, of which none is at
 * fault, under the messages that matter. So that one error is made without frames, and everything later has them again.
 */
export function report(problems: string[]): string[] {
  if (problems.length > 0 && Error.stackTraceLimit !== 0) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    setImmediate(() => {
      Error.stackTraceLimit = limit;
    });
  }
  return problems;
}
