import { l10n } from 'vscode';
import { joinShellWords } from '../core/kernel/formats/shellWords';
import type { ProcessInfo } from '../core/processes/process';
import type { StartProblem } from '../core/run/startDraft';
import { plainText } from './kit/plainText';
import { shortAge } from './kit/units';
import { commandProblem, exitWords } from './run';

/** The name of a managed process, the command of any other. */
export function processName(info: ProcessInfo): string {
  const name = plainText(info.managed?.name ?? '', 60);
  return name === '' ? commandText(info, 60) : name;
}

export function commandText({ command, args }: ProcessInfo, longest = 300): string {
  return plainText(joinShellWords([command, ...args]), longest);
}

/** The description of a process: pid, exit, restarts, health, age, command. */
export function processParts(info: ProcessInfo, nowMs: number): readonly string[] {
  const { managed, startedAtMs, status, pid } = info;
  return [
    l10n.t('pid {0}', pid),
    ...(status === 'running' ? [] : [exitWords(info)]),
    ...(managed ? managedParts(managed, nowMs) : []),
    ...(startedAtMs === undefined || status !== 'running' ? [] : [shortAge(startedAtMs, nowMs)]),
    ...(managed?.name === undefined ? [] : [commandText(info, 40)]),
  ];
}

type Managed = NonNullable<ProcessInfo['managed']>;

function managedParts(managed: Managed, nowMs: number): readonly string[] {
  const { status, restartCount, healthStatus, nextRestartAtMs } = managed;
  return [
    ...(status === 'backing_off' ? [backingOff(nextRestartAtMs, nowMs)] : []),
    ...(restartCount === 0 ? [] : [restarts(restartCount)]),
    ...(status === 'stopped' ? [] : healthWords(healthStatus)),
  ];
}

function backingOff(atMs: number | undefined, nowMs: number): string {
  const seconds = atMs === undefined ? 0 : Math.ceil((atMs - nowMs) / 1000);
  return seconds > 0 ? l10n.t('starts again in {0} s', seconds) : l10n.t('starts again');
}

function restarts(count: number): string {
  return count === 1 ? l10n.t('1 restart') : l10n.t('{0} restarts', count);
}

function healthWords(status: string | undefined): readonly string[] {
  switch (status) {
    case undefined:
    case '':
    case 'disabled':
      return [];
    case 'healthy':
      return [l10n.t('healthy')];
    case 'unhealthy':
      return [l10n.t('unhealthy')];
    case 'starting':
      return [l10n.t('health not known yet')];
    default:
      return [plainText(status, 30)];
  }
}

/** Why a process cannot be started as asked for. */
export function startSentence(problem: StartProblem): string {
  switch (problem) {
    case 'empty':
    case 'openQuote':
    case 'trailingBackslash':
      return commandProblem(problem);
    case 'name':
      return l10n.t('Name: no slash, and not only digits.');
    case 'maxRestarts':
      return l10n.t('Most restarts: a whole number, at least 0.');
    case 'backoff':
      return l10n.t('The first wait before a restart is not longer than the longest.');
    case 'port':
      return l10n.t('Port: 1 to 65535.');
    case 'path':
      return l10n.t('Path: of an http check, beginning with a slash.');
    case 'span':
      return l10n.t('Times and counts: whole numbers above 0; times in milliseconds.');
  }
}
