import type { ThrottleCounts, ThrottleRule } from "./protocol";

/** Decides which requests a busy account accepts. */
export class Throttle {
  private accepted = 0;
  private refused = 0;
  private firstAt: number | undefined;
  private lastAt = 0;
  private second = -1;
  private inThisSecond = 0;

  constructor(private readonly rule: ThrottleRule) {}

  get counts(): ThrottleCounts {
    return { accepted: this.accepted, refused: this.refused, seconds: (this.lastAt - (this.firstAt ?? this.lastAt)) / 1_000 };
  }

  /** Call it once for each request. */
  accepts(): boolean {
    const now = performance.now();
    this.firstAt ??= now;
    this.lastAt = now;
    const { share = 0, perSecond = Infinity } = this.rule;
    const second = Math.floor(now / 1_000);
    if (second !== this.second) {
      this.second = second;
      this.inThisSecond = 0;
    }
    if (this.inThisSecond >= perSecond || Math.random() < share) {
      this.refused++;
      return false;
    }
    this.inThisSecond++;
    this.accepted++;
    return true;
  }
}
