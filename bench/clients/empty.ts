/** What node itself costs. */
export {};
