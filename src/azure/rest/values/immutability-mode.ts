import { ImmutabilityMode } from "../../../intent";

/** The service accepts the mode with a capital letter, and shows it without one. */
export function immutabilityMode(shown: string | undefined): ImmutabilityMode {
  return shown?.toLowerCase() === "locked" ? ImmutabilityMode.LOCKED : ImmutabilityMode.UNLOCKED;
}
