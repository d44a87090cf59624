type Numbers = readonly (number | undefined)[];

function ascending(values: Numbers): number[] {
  return values.filter((value) => value !== undefined).sort((one, other) => one - other);
}

/** Returns undefined for an empty list. */
export function median(values: Numbers): number | undefined {
  const sorted = ascending(values);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

export function least(values: Numbers): number | undefined {
  return ascending(values)[0];
}

export function most(values: Numbers): number | undefined {
  return ascending(values).at(-1);
}

export function times(factor: number, value: number | undefined): number | undefined {
  return value === undefined ? undefined : factor * value;
}
