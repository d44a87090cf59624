/** Interval between the requests that find out whether the quiet time is over. */
const MILLISECONDS_BETWEEN_PROBES = 100;

/**
 * A time in which almost nothing is sent, because the service would refuse it. Times are
 * milliseconds of the clock.
 */
export class QuietTime {
  #until = 0;
  #firstProbeAt = Infinity;
  #nextProbeAt = Infinity;

  get until(): number {
    return this.#until;
  }

  /** Begins a quiet time until `until`. With `probes`, an accepted request can end it sooner. */
  begin(now: number, until: number, probes = false): void {
    this.#until = until;
    this.#firstProbeAt = this.#nextProbeAt = probes ? now + MILLISECONDS_BETWEEN_PROBES : Infinity;
  }

  isGoingOn(now: number): boolean {
    return now < this.#until;
  }

  /** Milliseconds until the next request may be sent during the quiet time; 0 for now. */
  pause(now: number): number {
    return Math.max(0, Math.min(this.#until, this.#nextProbeAt) - now);
  }

  sent(now: number): void {
    if (this.isGoingOn(now)) this.#nextProbeAt = now + MILLISECONDS_BETWEEN_PROBES;
  }

  /**
   * Called for each accepted request. If the request can have been a probe, ends the quiet time and
   * returns whether it was the first probe.
   */
  accepted(now: number): "first probe" | "probe" | undefined {
    if (!this.isGoingOn(now) || now < this.#firstProbeAt) return undefined;
    this.#until = now;
    return now - this.#firstProbeAt < MILLISECONDS_BETWEEN_PROBES ? "first probe" : "probe";
  }
}
