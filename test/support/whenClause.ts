/** The values that a `when` clause asks for; a missing one counts as false. */
export type ContextOf = Readonly<Record<string, string | boolean>>;

/**
 * Whether a `when` clause holds, as far as package.json uses the language: `&&`, `||`, `!`, `!(…)` around one term, `==`,
 * `!=` and `=~ /pattern/`.
 *
 * @throws Error for anything else
 */
export function holds(clause: string | undefined, context: ContextOf): boolean {
  if (clause === undefined) return true;
  return clause
    .split(' || ')
    .some(alternative => alternative.split(' && ').every(term => termHolds(term.trim(), context)));
}

function termHolds(term: string, context: ContextOf): boolean {
  if (term === 'false' || term === 'true') return term === 'true';
  const [, inner] = /^!\((.+)\)$/.exec(term) ?? [];
  if (inner !== undefined) return !termHolds(inner, context);
  const [, key = '', operator, operand = ''] = /^(!?[\w.]+)(?: (==|!=|=~) (.+))?$/.exec(term) ?? [];
  if (key === '') throw new Error(`Not understood in a when clause: ${term}`);
  const isNegated = key.startsWith('!');
  const value = context[isNegated ? key.slice(1) : key] ?? false;
  switch (operator) {
    case undefined:
      return Boolean(value) !== isNegated;
    case '==':
      return String(value) === operand;
    case '!=':
      return String(value) !== operand;
    default:
      return new RegExp(operand.slice(1, operand.lastIndexOf('/'))).test(String(value));
  }
}
