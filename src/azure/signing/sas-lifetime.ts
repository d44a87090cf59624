const MINUTE = 60_000;
/** So that a service whose clock is behind takes the SAS at once. */
export const START_IN_THE_PAST = 15 * MINUTE;
/** So that the service can still read at the very end of the copy. */
const MARGIN = 15 * MINUTE;

export interface SasLifetime {
  readonly startsOn: Date;
  readonly expiresOn: Date;
}

/** Of a SAS that a copy needs which may take this long from `now` on. */
export function sasLifetime(now: number, milliseconds: number): SasLifetime {
  return { startsOn: new Date(now - START_IN_THE_PAST), expiresOn: new Date(now + milliseconds + MARGIN) };
}
