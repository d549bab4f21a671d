/** Copies one request may ask for. The service names no bound; this one keeps a slip of the finger affordable. */
export const copyLimits = { min: 1, max: 100 } as const;

/** The rule that a number of copies breaks. */
export function copyCountViolation(count: number): 'number' | 'range' | undefined {
  if (!Number.isInteger(count)) return 'number';
  return count < copyLimits.min || count > copyLimits.max ? 'range' : undefined;
}
