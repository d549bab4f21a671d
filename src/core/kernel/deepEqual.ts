type Members = Readonly<Record<string, unknown>>;

/** Whether two JSON-like values are equal member by member. Members that are `undefined` equal absent ones. */
export function isDeepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!hasMembers(a) || !hasMembers(b)) return false;
  if (isList(a) || isList(b)) return isList(a) && isList(b) && hasEqualItems(a, b);
  return hasEqualMembers(a, b);
}

function hasMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function hasEqualItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (!isDeepEqual(a[index], b[index])) return false;
  return true;
}

/**
 * Goes through the members in place, `b`'s for their number alone: the members of a long list are hundreds of
 * thousands, and copies of them, or a call for each, would cost more than the comparison.
 */
function hasEqualMembers(a: Members, b: Members): boolean {
  let onlyInB = 0;
  for (const key in b) if (b[key] !== undefined) onlyInB += 1;
  for (const key in a) {
    const value = a[key];
    if (value !== undefined) onlyInB -= 1;
    if (value !== b[key] && !isDeepEqual(value, Object.hasOwn(b, key) ? b[key] : undefined)) return false;
  }
  return onlyInB === 0;
}
