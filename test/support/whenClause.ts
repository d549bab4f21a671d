/** The values that a `when` clause asks for; a missing one counts as false. */
export type ContextOf = Readonly<Record<string, string | boolean>>;

/**
 * Whether a `when` clause holds, as far as package.json uses the language: `&&`, `||`, `!`, parentheses, `==`, `!=` and
 * `=~ /pattern/`.
 *
 * @throws Error for anything else
 */
export function holds(clause: string | undefined, context: ContextOf): boolean {
  if (clause === undefined) return true;
  return partsOf(clause, ' || ').some(alternative =>
    partsOf(alternative, ' && ').every(term => termHolds(term.trim(), context)),
  );
}

/** What stands between an operator that is in no parentheses. */
function partsOf(clause: string, operator: string): readonly string[] {
  const isClosed = (text: string): boolean => text.split('(').length === text.split(')').length;
  const parts: string[] = [];
  for (const piece of clause.split(operator)) {
    const last = parts.at(-1);
    if (last === undefined || isClosed(last)) parts.push(piece);
    else parts[parts.length - 1] = `${last}${operator}${piece}`;
  }
  return parts;
}

function termHolds(term: string, context: ContextOf): boolean {
  if (term === 'false' || term === 'true') return term === 'true';
  const [, negation, inner] = /^(!?)\((.+)\)$/.exec(term) ?? [];
  if (inner !== undefined) return holds(inner, context) !== (negation === '!');
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
