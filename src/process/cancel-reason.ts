import type { CancelSignal } from "../util/platform/platform";

/** Reason for a cancellation, which the launcher sends to the guardian over the control pipe. */
export type CancelReason =
  | CancelSignal
  /** The process that started the launcher has ended without stopping it. */
  | "starter-gone"
  /** The launcher's output is no longer read. */
  | "output-closed"
  /** The control pipe ended: the launcher was killed, as Terraform does on Ctrl-C. */
  | "launcher-gone";

const REASONS: Readonly<Record<CancelReason, true>> = {
  SIGINT: true,
  SIGTERM: true,
  SIGHUP: true,
  SIGQUIT: true,
  SIGBREAK: true,
  "starter-gone": true,
  "output-closed": true,
  "launcher-gone": true,
};

export function isCancelReason(text: string): text is CancelReason {
  return Object.hasOwn(REASONS, text);
}
