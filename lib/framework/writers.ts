/** Construct paths of the copies of a stack by what they write, as far as synth knows it. */
export class Writers {
  private readonly claims = new Map<string, string>();

  /** Returns the other writer of the place, if there is one. */
  claim(place: string, writer: string): string | undefined {
    const first = this.claims.get(place) ?? writer;
    this.claims.set(place, first);
    return first === writer ? undefined : first;
  }
}
