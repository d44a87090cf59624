import type { CopyManifest, KeyedCopy, RecopyPolicy } from "../../../intent";
import { decide } from "./decide";
import type { CopyOptions } from "../../ports/blob-container";
import { inspectDoubtful } from "./inspect-doubtful";
import { DestinationLookup } from "./look-up";
import { checkManifest } from "./sole-sources";
import { readManifest } from "../../../intent/parse/read-manifest";
import type { PlanContext } from "./context";
import type { ContainerPair } from "../list/container-pair";
import { ListedCopy, type PlannedBlob } from "./planned-blob";

export interface ManifestPlanRequest extends PlanContext {
  readonly manifest: CopyManifest;
  readonly isAtomic: boolean;
  readonly recopy: RecopyPolicy;
}

/**
 * Copies that are inspected together. Larger batches need fewer listings; memory holds one batch.
 */
const BATCH = 10_000;

interface PlacedCopy {
  readonly key: string;
  readonly options: CopyOptions;
  readonly pair: ContainerPair;
  readonly sourceName: string;
  readonly destinationName: string;
}

/** Reads the manifest as a stream. Yields the decision about each copy, a batch at a time. */
export async function* planManifest(request: ManifestPlanRequest): AsyncGenerator<readonly PlannedBlob[]> {
  const { manifest, manifestLines, signal } = request;
  const copies = () => readManifest(manifest, manifestLines(manifest.file, signal));
  await checkManifest(copies);
  let batch: KeyedCopy[] = [];
  for await (const copy of copies()) {
    batch.push(copy);
    if (batch.length < BATCH) continue;
    yield await planBatch(batch, request);
    batch = [];
  }
  if (batch.length > 0) yield await planBatch(batch, request);
}

async function planBatch(copies: readonly KeyedCopy[], request: ManifestPlanRequest): Promise<PlannedBlob[]> {
  const planned: PlannedBlob[] = [];
  const placed: PlacedCopy[] = [];
  const optionsInUse = new Map<string, CopyOptions>();
  for (const copy of copies) {
    const { key, source, destination, ...own } = copy;
    const from = request.store.placeOf(source, "source");
    const to = request.store.placeOf(destination, "destination");
    if (from === undefined || to === undefined) {
      planned.push(new UnlistedCopy(copy, request.store.source(source).url, request.store.destination(destination).url));
      continue;
    }
    // Equal options share one object, because a copier is made once for each object.
    const text = JSON.stringify(own);
    const options = optionsInUse.get(text) ?? own;
    optionsInUse.set(text, options);
    placed.push({
      key,
      options,
      pair: { source: from.container, destination: to.container },
      sourceName: from.name,
      destinationName: to.name,
    });
  }
  const lookUp = new DestinationLookup(request);
  for (const { pair, sourceName, destinationName, options } of placed) {
    lookUp.want(pair.source, sourceName, options);
    lookUp.want(pair.destination, destinationName, options);
  }
  await lookUp.run();
  for (const { key, options, pair, sourceName, destinationName } of placed) {
    const source = lookUp.found(pair.source, sourceName);
    const destination = lookUp.found(pair.destination, destinationName);
    if (source === undefined) {
      planned.push(
        new UnlistedCopy(
          { ...options, key, source: pair.source.locationOf(sourceName), destination: pair.destination.locationOf(destinationName) },
          pair.source.urlOf(sourceName),
          pair.destination.urlOf(destinationName),
        ),
      );
      continue;
    }
    const { recopy, isAtomic } = request;
    const decision = decide({ options, recopy, isAtomic, pair, source, destinationName, destination });
    planned.push(new ListedCopy(key, pair, source, destinationName, destination, options, decision));
  }
  const { store, signal, recopy, isAtomic, isUnderWay } = request;
  await inspectDoubtful(
    planned.flatMap(({ listed }) => listed ?? []),
    { store, signal, recopy, isAtomic, isUnderWay },
  );
  return planned;
}

/**
 * A copy whose source no listing shows, or did not show. The full copy inspects both sides itself.
 */
class UnlistedCopy implements PlannedBlob {
  readonly listed = undefined;
  readonly decision = { kind: "full copy", why: "no listing shows this copy" } as const;

  constructor(
    private readonly copy: KeyedCopy,
    readonly sourceUrl: string,
    readonly destinationUrl: string,
  ) {}

  get key(): string {
    return this.copy.key;
  }

  get options(): CopyOptions {
    return this.copy;
  }

  get declaration(): KeyedCopy {
    return this.copy;
  }
}
