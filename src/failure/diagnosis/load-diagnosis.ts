import type * as Diagnosis from "./diagnosis";

/**
 * The tables of causes; undefined if their file cannot be read, because this process may not open
 * another file or the program's folder is gone. Then the failure is reported in the service's own
 * words.
 */
export function loadDiagnosis(): typeof Diagnosis | undefined {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
    return require("./diagnosis") as typeof Diagnosis;
  } catch {
    return undefined;
  }
}
