/**
 * Polls `look` and resolves with its first truthy result. On a timeout, rejects with the text of
 * `describe`.
 */
export async function eventually<Result>(
  look: () => Result,
  describe: () => string = () => look.toString(),
  milliseconds = 120_000,
): Promise<NonNullable<Result>> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const result = look();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`not within ${String(milliseconds)} ms: ${describe()}`);
    await pause(10);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
