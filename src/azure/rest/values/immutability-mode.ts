import { ImmutabilityMode } from "../../../intent";

/** The service takes the mode with a capital letter, and shows it without. */
export function immutabilityMode(shown: string | undefined): ImmutabilityMode {
  return shown?.toLowerCase() === "locked" ? ImmutabilityMode.LOCKED : ImmutabilityMode.UNLOCKED;
}
