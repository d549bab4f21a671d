/** The items without those whose key an earlier one has: a server may name a thing twice, and the ids in a tree are unique. */
export function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => unknown): readonly T[] {
  const keys = new Set<unknown>();
  return items.filter(item => {
    const key = keyOf(item);
    if (keys.has(key)) return false;
    keys.add(key);
    return true;
  });
}
