/** What is wrong with one declaration. Collected instead of thrown, so that one synth reports everything at once. */
export class Problems {
  private readonly found: string[] = [];

  add(problem: string): void {
    this.found.push(problem);
  }

  get list(): string[] {
    return [...this.found];
  }
}
