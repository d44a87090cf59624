import type { CancelSignal } from "../util/platform/platform";

/** Why a run is cancelled, as the launcher tells the guardian over the control pipe. */
export type CancelReason =
  | CancelSignal
  /** Whoever started the launcher has ended without stopping it. */
  | "starter-gone"
  /** Nobody reads what the launcher prints any more. */
  | "output-closed"
  /** The control pipe ended: the launcher was killed, which is what Terraform does on Ctrl-C. */
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
