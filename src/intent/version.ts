/** Raised when an intent or a receipt changes incompatibly; the program refuses an intent of another version. */
export const INTENT_VERSION = 1;
