/** Whether two JSON-like values are equal member by member. Members that are `undefined` equal absent ones. */
export function isDeepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => isDeepEqual(item, b[index]))
    );
  return hasEqualMembers(a, b) && hasEqualMembers(b, a);
}

function hasEqualMembers(a: object, b: object): boolean {
  const other: Readonly<Record<string, unknown>> = { ...b };
  return Object.entries(a).every(([key, value]) => isDeepEqual(value, other[key]));
}
