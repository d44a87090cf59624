import type { BlobStore } from "../../engine/ports/blob-store";
import type { BlobContainers } from "../../engine/ports/blob-container";
import type { Clock } from "../../engine/ports/clock";
import type { EventSink } from "../../engine/ports/events";
import type { RecordStore } from "./record";

/** Status of a stack, such as `UPDATE_ROLLBACK_IN_PROGRESS`. */
export type StackStatus = string;

/** Everything that the handlers need from AWS and from the service. */
export interface Surroundings {
  readonly clock: Clock;
  readonly records: RecordStore;
  /** DescribeStacks. For a nested stack, the status of the deployed root stack. */
  readonly stackStatus: (stackId: string) => Promise<StackStatus>;
  /**
   * DescribeStackEvents: how the last run of the stack that was not a deletion ended. For a nested
   * stack, as above.
   */
  readonly statusBefore: (stackId: string) => Promise<StackStatus>;
  /**
   * DescribeStackEvents: when the current or last run of the stack began, in milliseconds since the
   * epoch. For a nested stack, as above.
   */
  readonly runBegan: (stackId: string) => Promise<number>;
  /** The value of a stored secret, by its reference in the intent. */
  readonly secret: (reference: string) => Promise<string>;
  /** Path of a file with a token of this function's role, for Entra ID. */
  readonly webIdentityFile: () => Promise<string>;
  /** `environment`: the variables in which an intent's credentials find their secrets. */
  readonly blobStore: (environment: NodeJS.ProcessEnv, emit: EventSink) => BlobStore & BlobContainers;
  /** Prints a line of the log, which must not contain a secret. */
  readonly print: (line: string) => void;
}
