/** Measures node itself. */
export {};
