/** Why a run is cancelled, as the launcher tells the guardian over the control pipe. */
export type CancelReason =
  | "SIGINT"
  | "SIGTERM"
  | "SIGHUP"
  | "SIGQUIT"
  | "SIGBREAK"
  /** Whoever started the launcher has ended without stopping it. */
  | "starter-gone"
  /** Nobody reads what the launcher prints any more. */
  | "output-closed"
  /** The control pipe ended: the launcher was killed, which is what Terraform does on Ctrl-C. */
  | "launcher-gone";

/** The signals that mean "stop and roll back"; SIGBREAK is Windows' Ctrl-Break. */
export const CANCEL_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK"] as const;

const REASONS: ReadonlySet<string> = new Set<CancelReason>([...CANCEL_SIGNALS, "starter-gone", "output-closed", "launcher-gone"]);

export function isCancelReason(text: string): text is CancelReason {
  return REASONS.has(text);
}
