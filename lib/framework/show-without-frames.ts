import type { TerraformStack } from "cdktf";

/**
 * Shows problems without stack frames.
 *
 * The framework throws the problems as one `Error` and lets Node print it. Its stack shows the
 * framework's own files, which are not at fault, below the messages that matter. Only that error
 * loses its frames.
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
