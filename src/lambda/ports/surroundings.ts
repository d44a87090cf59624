import type { BlobStore } from "../../engine/ports/blob-store";
import type { BlobContainers } from "../../engine/ports/blob-container";
import type { Clock } from "../../engine/ports/clock";
import type { EventSink } from "../../engine/ports/events";
import type { RecordStore } from "./record";

/** Status of a stack, such as `UPDATE_ROLLBACK_IN_PROGRESS`. */
export type StackStatus = string;

/** All that the handlers need of AWS and of the service. */
export interface Surroundings {
  readonly clock: Clock;
  readonly records: RecordStore;
  /** DescribeStacks; of a nested stack, the status of the stack that was deployed. */
  readonly stackStatus: (stackId: string) => Promise<StackStatus>;
  /** DescribeStackEvents: how the last run of the stack ended that was no deletion; of a nested stack, as above. */
  readonly statusBefore: (stackId: string) => Promise<StackStatus>;
  /** DescribeStackEvents: when the run of the stack began that goes on, or was the last; milliseconds since the epoch. Of a nested stack, as above. */
  readonly runBegan: (stackId: string) => Promise<number>;
  /** The value of a stored secret, by what the intent calls it. */
  readonly secret: (reference: string) => Promise<string>;
  /** Path of a file with a token of this function's role, for Entra ID. */
  readonly webIdentityFile: () => Promise<string>;
  /** `environment`: where the credentials of an intent find their secrets. */
  readonly blobStore: (environment: NodeJS.ProcessEnv, emit: EventSink) => BlobStore & BlobContainers;
  /** A line of the log, without any secret. */
  readonly print: (line: string) => void;
}
