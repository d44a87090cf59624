/**
 * Problems of one declaration. They are collected instead of thrown, so that one synth reports all
 * of them.
 */
export class Problems {
  private readonly found: string[] = [];

  add(problem: string): void {
    this.found.push(problem);
  }

  get list(): string[] {
    return [...this.found];
  }
}
