/** One request now and then finds out whether it is over. */
const MILLISECONDS_BETWEEN_PROBES = 100;

/** A time in which next to nothing is sent, since the service would refuse it. Times are milliseconds of the clock. */
export class QuietTime {
  #until = 0;
  #firstProbeAt = Infinity;
  #nextProbeAt = Infinity;

  get until(): number {
    return this.#until;
  }

  /** Until this moment; `probes`: unless a request finds out sooner that it is over. */
  begin(now: number, until: number, probes = false): void {
    this.#until = until;
    this.#firstProbeAt = this.#nextProbeAt = probes ? now + MILLISECONDS_BETWEEN_PROBES : Infinity;
  }

  isGoingOn(now: number): boolean {
    return now < this.#until;
  }

  /** Milliseconds until the next request may be sent while it goes on; 0 for now. */
  pause(now: number): number {
    return Math.max(0, Math.min(this.#until, this.#nextProbeAt) - now);
  }

  sent(now: number): void {
    if (this.isGoingOn(now)) this.#nextProbeAt = now + MILLISECONDS_BETWEEN_PROBES;
  }

  /** A request was accepted: ends the time if that can have been a probe, and tells whether it was the first one. */
  accepted(now: number): "first probe" | "probe" | undefined {
    if (!this.isGoingOn(now) || now < this.#firstProbeAt) return undefined;
    this.#until = now;
    return now - this.#firstProbeAt < MILLISECONDS_BETWEEN_PROBES ? "first probe" : "probe";
  }
}
