import { env, UIKind, version as editorVersion } from 'vscode';
import { parseProxy } from '../../../api/http/route/proxyRules';
import { settingDefaults, type SettingKey } from '../../../manifest';
import { editorSettingDefault, readEditorSetting, readSetting } from '../settings';

/** What the editor said about the extension when it started it. */
export interface DiagnosticsFacts {
  readonly version: string;
  /** `publisher.name`. */
  readonly extensionId: string;
  /** Whether it runs beside the window, or where the files are. */
  readonly isLocal: boolean;
}

/** How much of a setting is told: all of it, an address without credentials, or only that it is there. */
type Telling = 'value' | 'origin' | 'presence';

const ourSettings: Readonly<Partial<Record<SettingKey, Telling>>> = {
  'tensorlake.presets': 'presence',
  'tensorlake.rates': 'presence',
};

const editorSettings: Readonly<Record<`http.${string}`, Telling>> = {
  'http.proxy': 'origin',
  'http.proxyAuthorization': 'presence',
  'http.proxySupport': 'value',
  'http.proxyStrictSSL': 'value',
  'http.noProxy': 'value',
  'http.systemCertificates': 'value',
};

const variables: Readonly<Record<string, Telling>> = {
  HTTPS_PROXY: 'origin',
  HTTP_PROXY: 'origin',
  ALL_PROXY: 'origin',
  NO_PROXY: 'value',
  NODE_EXTRA_CA_CERTS: 'presence',
  TENSORLAKE_API_KEY: 'presence',
};

/**
 * What a report of a problem needs, in English as the log. Names no secret, but is redacted all the same.
 *
 * @param keySource where the key comes from; undefined when signed out
 * @param log its last lines
 */
export function diagnosticsText(
  { version, isLocal }: DiagnosticsFacts,
  keySource: string | undefined,
  log: readonly string[],
): string {
  const ui = env.uiKind === UIKind.Web ? 'browser' : 'desktop';
  const facts = [
    `Tensorlake Sandboxes ${version}, ${isLocal ? 'beside the window' : 'where the files are'}`,
    `VS Code ${editorVersion} (${env.appName}, ${env.appHost}), ${ui}, remote: ${env.remoteName ?? 'none'}`,
    `${process.platform} ${process.arch}, Node ${process.versions.node}, language ${env.language}`,
    keySource === undefined ? 'Signed out' : `Signed in, key from: ${keySource}`,
  ];
  return [
    ...facts,
    ...section('Settings that differ from the defaults', [...changedOfOurs(), ...changedOfEditor()]),
    ...section('Environment', variablesSet()),
    ...section(`Last ${log.length} lines of the log`, log),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return ['', `${title}:`, ...(lines.length === 0 ? ['none'] : lines)];
}

function changedOfOurs(): readonly string[] {
  const keys = Object.keys(settingDefaults).filter((key): key is SettingKey => key in settingDefaults);
  return keys.flatMap(key => {
    const value = readSetting(key);
    return areSame(value, settingDefaults[key])
      ? []
      : [`${key}: ${told(value, ourSettings[key] ?? 'value')}`];
  });
}

function changedOfEditor(): readonly string[] {
  const keys = Object.keys(editorSettings).filter((key): key is `http.${string}` => key.startsWith('http.'));
  return keys.flatMap(key => {
    const value = readEditorSetting(key);
    return areSame(value, editorSettingDefault(key)) ? [] : [`${key}: ${told(value, editorSettings[key])}`];
  });
}

function variablesSet(): readonly string[] {
  return Object.entries(variables).flatMap(([name, telling]) => {
    const value = process.env[name] ?? process.env[name.toLowerCase()] ?? '';
    return value === '' ? [] : [`${name}: ${told(value, telling)}`];
  });
}

function areSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function told(value: unknown, telling: Telling | undefined): string {
  if (telling === 'value') return JSON.stringify(value);
  if (telling === 'origin' && typeof value === 'string') return parseProxy(value)?.origin ?? 'not an address';
  return 'set';
}
