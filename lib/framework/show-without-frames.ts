import type { TerraformStack } from "cdktf";

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
