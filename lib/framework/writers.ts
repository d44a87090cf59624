import type { IConstruct } from "constructs";

/** A copy of a stack: its construct, and how messages call it. */
export interface Copy {
  readonly construct: IConstruct;
  readonly name: string;
}

/** The copies of a stack by what they write and by what they read, as far as synth knows it. */
export class Writers {
  private readonly writers = new Map<string, Copy>();
  private readonly readers = new Map<string, Copy[]>();

  /** Returns the other writer of the place, if there is one. */
  claim(place: string, writer: Copy): Copy | undefined {
    const first = this.writers.get(place) ?? writer;
    this.writers.set(place, first);
    return first.name === writer.name ? undefined : first;
  }

  /** Returns the other copy that writes what this one reads, if there is one. */
  read(place: string, reader: Copy): Copy | undefined {
    const readers = this.readers.get(place);
    if (readers === undefined) this.readers.set(place, [reader]);
    else readers.push(reader);
    const writer = this.writers.get(place);
    return writer?.name === reader.name ? undefined : writer;
  }

  /** Returns the other copies that read what this one writes. */
  readersOf(place: string, writer: Copy): readonly Copy[] {
    return (this.readers.get(place) ?? []).filter(({ name }) => name !== writer.name);
  }
}
