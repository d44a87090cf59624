const MINUTE = 60_000;
/** Milliseconds, so that a service whose clock is behind accepts the SAS at once. */
export const START_IN_THE_PAST = 15 * MINUTE;
/** Milliseconds, so that the service can still read at the very end of the copy. */
const MARGIN = 15 * MINUTE;

export interface SasLifetime {
  readonly startsOn: Date;
  readonly expiresOn: Date;
}

/** Lifetime of a SAS for a copy that may take this long from `now` on. */
export function sasLifetime(now: number, milliseconds: number): SasLifetime {
  return { startsOn: new Date(now - START_IN_THE_PAST), expiresOn: new Date(now + milliseconds + MARGIN) };
}
