const mebibytesOf: Readonly<Record<string, number>> = { m: 1, g: 1024, t: 1024 * 1024 };

/**
 * Reads a size of memory or disk: `2g`, `1.5 GB`, `512m`, `4096` (MiB). Units are binary, as in the API.
 *
 * @returns MiB, which may be a fraction; undefined when the text is no size
 */
export function parseMemorySize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([mgt])(?:i?b)?)?$/i.exec(text.trim());
  if (match?.[1] === undefined) return undefined;
  return Number(match[1]) * (mebibytesOf[match[2]?.toLowerCase() ?? 'm'] ?? 1);
}

/** Writes MiB so that `parseMemorySize` reads the same: `2g`, `1536m`. */
export function formatMemorySize(mebibytes: number): string {
  return mebibytes >= 1024 && mebibytes % 1024 === 0 ? `${mebibytes / 1024}g` : `${mebibytes}m`;
}
