import { median } from "./statistics";
import { OURS, type Bench, type Contender, type Figure, type Row, type Sample } from "./row";

export interface ContenderResult {
  readonly name: string;
  readonly does: string;
  readonly samples: readonly Sample[];
}

export interface GoalResult {
  readonly text: string;
  readonly value: number | undefined;
  readonly limit: number | undefined;
  readonly unit: Figure["unit"];
  readonly isMet: boolean | undefined;
}

export interface RowResult {
  readonly id: string;
  readonly title: string;
  readonly isDrawn: boolean;
  readonly figures: readonly Figure[];
  readonly contenders: readonly ContenderResult[];
  readonly goals: readonly GoalResult[];
  readonly missing: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Runs the contenders of a row in turn (ours, peer, ours, peer, …), so that other load on the
 * machine affects all of them.
 */
export async function measureRow(row: Row, bench: Bench, runs: number, say: (text: string) => void): Promise<RowResult> {
  const prepared = await row.prepare(bench);
  try {
    const { figures, contenders, missing, notes } = prepared;
    const samples = new Map(contenders.map(({ name }): [string, Sample[]] => [name, []]));
    const keep = (contender: Contender, sample: Sample) => {
      samples.get(contender.name)?.push(sample);
      say(
        `${row.id}: ${contender.name}: ${figures.map(({ key, label, unit }) => `${label} ${round(sample[key])} ${unit}`.trim()).join(", ")}`,
      );
    };
    const broken: string[] = [];
    const measure = async (contender: Contender) => {
      try {
        keep(contender, await contender.measure());
      } catch (error) {
        // Without our own figures the comparison is impossible. Without a peer's, it is smaller.
        if (contender.name === OURS) throw error;
        broken.push(contender.name);
        say(`${row.id}: ${contender.name} FAILED: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    for (const contender of contenders.filter(({ onlyWaits }) => onlyWaits)) {
      await Promise.all(Array.from({ length: runs }, () => measure(contender)));
    }
    for (let run = 0; run < runs; run++) {
      for (const contender of contenders) if (!contender.onlyWaits && !broken.includes(contender.name)) await measure(contender);
    }
    const [main] = figures;
    const medianOf = (contender: string, figure = main?.key ?? "") =>
      median((samples.get(contender) ?? []).map((sample) => sample[figure]));
    const goals = prepared.goals.map((goal): GoalResult => {
      const value = medianOf(goal.contender ?? OURS, goal.figure);
      const limit = goal.limit(medianOf);
      const unit = figures.find(({ key }) => key === (goal.figure ?? main?.key))?.unit ?? "";
      return { text: goal.text, value, limit, unit, isMet: value === undefined || limit === undefined ? undefined : value <= limit };
    });
    return {
      id: row.id,
      title: row.title(bench.isQuick),
      isDrawn: row.isDrawn,
      figures,
      contenders: contenders.map(({ name, does }) => ({ name, does, samples: samples.get(name) ?? [] })),
      goals,
      missing: [...missing, ...new Set(broken.map((name) => `${name}: failed, see the output of the run`))],
      notes,
    };
  } finally {
    await prepared.dispose();
  }
}

function round(value: number | undefined): string {
  return value === undefined ? "?" : String(Number(value.toPrecision(4)));
}
