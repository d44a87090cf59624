import type { Row } from "../row";
import { largeBlob } from "./large-blob";
import { longCopy } from "./long-copy";
import { manyResources } from "./many-resources";
import { millionBlobs } from "./million-blobs";
import { oneBlob } from "./one-blob";
import { rateLimit } from "./rate-limit";
import { shortCopy } from "./short-copy";
import { smallBlobs } from "./small-blobs";
import { synth } from "./synth";
import { throttling } from "./throttling";
import { unchangedBlobs } from "./unchanged-blobs";

/** In the order of the results. */
export const rows: readonly Row[] = [
  smallBlobs,
  throttling,
  rateLimit(100),
  rateLimit(1_000),
  oneBlob,
  largeBlob,
  shortCopy,
  longCopy,
  millionBlobs,
  unchangedBlobs,
  manyResources,
  synth,
];
