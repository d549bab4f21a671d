/** The version in a package.json, as the editor hands it over. */
export function versionOf(manifest: unknown): string {
  const isOurs = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isOurs && typeof manifest.version === 'string' ? manifest.version : '0.0.0';
}
