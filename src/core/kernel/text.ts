const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** The order of names as people count, as the explorer of the editor sorts; only equal names are equal. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b) || compareText(a, b);
}

/** The order of code units, which depends on no language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
