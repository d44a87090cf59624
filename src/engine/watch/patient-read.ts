import type { EventSink } from "../ports/events";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import { isTransient } from "../../failure/transient";
import { isForbidden } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";

export interface ReadRequest {
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly stop: AbortSignal;
}

/**
 * A rotated key or a changed firewall causes refusals for a while. A copy that is given up for that
 * could not even be aborted.
 */
const REFUSED_MILLISECONDS = 2 * 60_000;

/**
 * Reads the state of work that the service continues by itself. A read without a network or a
 * response proves nothing; a read that is no longer authorised proves nothing for two minutes.
 * Every other failure is thrown.
 */
export class PatientRead {
  #refusedSince: number | undefined;

  constructor(private readonly request: ReadRequest) {}

  /** Get Blob Properties, or `ask` in its place; undefined where the blob does not exist. */
  async at(
    ask: (signal: AbortSignal) => Promise<BlobProperties | undefined> = (signal) => this.request.destination.getProperties({ signal }),
  ): Promise<BlobProperties | undefined | "unknown"> {
    try {
      const found = await ask(this.request.stop);
      this.#refusedSince = undefined;
      return found;
    } catch (error) {
      return this.#unknownAfter(error);
    }
  }

  #unknownAfter(error: unknown): "unknown" {
    const { destination, clock, emit, stop } = this.request;
    if (stop.aborted) throw stop.reason;
    if (!(error instanceof ServiceError)) throw error;
    const isRefused = isForbidden(error);
    const since = this.#refusedSince ?? clock.now();
    if (isRefused ? clock.now() - since >= REFUSED_MILLISECONDS : !isTransient(error)) throw error;
    if (!isRefused) {
      const text = `${destination.url}: cannot read the state of the copy at the moment (${error.code}); the copy continues in the service, and its state is read again`;
      emit({ type: "warning", text });
    } else if (this.#refusedSince === undefined) {
      const text = `${destination.url}: the credential may no longer read the state of the copy (${error.status} ${error.code}); the copy continues in the service, and its state is read again for ${REFUSED_MILLISECONDS / 1_000} seconds`;
      emit({ type: "warning", text });
    }
    this.#refusedSince = isRefused ? since : undefined;
    return "unknown";
  }
}
