import type * as Diagnosis from "./diagnosis";

/**
 * The tables of causes; undefined where their file cannot be read just now, as where this process may open no further file or the folder of
 * the program is gone: a failure is told all the same, then in the service's own words.
 */
export function loadDiagnosis(): typeof Diagnosis | undefined {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
    return require("./diagnosis") as typeof Diagnosis;
  } catch {
    return undefined;
  }
}
