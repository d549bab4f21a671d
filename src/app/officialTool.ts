import { tlCommand } from '../core/account/tlCommand';
import type { Connection } from '../host/session/connection';
import { readSetting } from '../host/editor/settings';
import { settingDefaults } from '../manifest';

/** `tl sbx …` as a command line that does the same with the server and project of a connection. */
export function tlLine({ session }: Pick<Connection, 'session'>, words: readonly string[]): string {
  const { endpoint, profile } = session;
  const namespace = readSetting('tensorlake.namespace');
  const usualAddress = settingDefaults['tensorlake.apiUrl'];
  return tlCommand({ endpoint, usualAddress, namespace, scope: profile.scope }, words);
}
