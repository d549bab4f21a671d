/** Separates the parts of a description. */
export const separator = ' · ';

/** Text from outside, made safe for one line: control and direction characters become spaces, and it is cut to a length. */
export function plainText(text: string, longest = 200): string {
  const line = text
    .slice(0, longest * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
