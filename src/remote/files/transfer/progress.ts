import { l10n } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import { isMember } from '../../../core/kernel/formats/json';
import { systemClock } from '../../../host/editor/clock';
import { confirmModal, inform, warn } from '../../../host/editor/dialogs/messages';
import type { Progress } from '../../../host/editor/dialogs/progress';
import { readSetting } from '../../../host/editor/settings';
import { byteSize } from '../../../text/kit/units';
import { plainText } from '../../../text/kit/plainText';
import type { NameList } from '../model/nameList';
import type { ByteCount } from './localTree';

/** Milliseconds between two progress reports. */
const reportMs = 200;

/** Adds up the bytes that the parts of a transfer have moved, and reports them at intervals. */
export class TransferMeter {
  private readonly parts: number[] = [];
  private toldAtMs = -Infinity;

  constructor(
    private readonly total: number | undefined,
    private readonly progress: Pick<Progress, 'report'>,
  ) {}

  /** Adds a part, which counts its bytes from 0. */
  part(): ByteCount {
    const index = this.parts.push(0) - 1;
    return bytes => {
      this.parts[index] = bytes;
      this.tell();
    };
  }

  private tell(): void {
    const now = systemClock.monotonic();
    if (now - this.toldAtMs < reportMs) return;
    this.toldAtMs = now;
    const moved = this.parts.reduce((sum, bytes) => sum + bytes, 0);
    if (this.total === undefined || this.total === 0) this.progress.report(byteSize(moved));
    else
      this.progress.report(
        l10n.t('{0} of {1}', byteSize(Math.min(moved, this.total)), byteSize(this.total)),
        Math.min(100, (100 * moved) / this.total),
      );
  }
}

/** Counts the bytes that pass through. */
export async function* counting(
  source: AsyncIterable<Uint8Array>,
  count: ByteCount,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    count(bytes);
    yield chunk;
  }
}

/** Asks for confirmation before a large transfer. */
export async function confirmSize(bytes: number, question: string, button: string): Promise<boolean> {
  if (bytes <= readSetting('tensorlake.files.confirmAboveMegabytes') * 1024 * 1024) return true;
  const detail = l10n.t(
    'It takes time, and traffic of the sandbox may be billed. The limit of this question is a setting.',
  );
  return await confirmModal(question, detail, button);
}

/** Asks for confirmation before entries of the same name are replaced. */
export async function confirmReplacing(names: readonly string[], place: string): Promise<boolean> {
  if (names.length === 0) return true;
  const [first = ''] = names;
  const question =
    names.length === 1
      ? l10n.t('{0} exists in {1} already. Replace it?', plainText(first), plainText(place))
      : l10n.t('{0} of these exist in {1} already. Replace them?', names.length, plainText(place));
  const detail = l10n.t('Files are replaced; of folders, only files of the same name in them are.');
  return await confirmModal(question, detail, l10n.t('Replace'));
}

/** Asks whether a download that is much larger than it was said to be goes on. */
export async function confirmMore(taken: number, told: number): Promise<boolean> {
  const question = l10n.t('The download has reached {0}. Go on?', byteSize(taken));
  const detail =
    told === 0
      ? l10n.t('The sandbox does not say how much there is. You are asked again at each further gigabyte.')
      : l10n.t(
          'The sandbox said that there are {0}. You are asked again at each further gigabyte.',
          byteSize(told),
        );
  return await confirmModal(question, detail, l10n.t('Go On'));
}

/**
 * Shows how a transfer ended, and what was left out or renamed.
 *
 * @param differing how many files were longer or shorter than they were said to be
 */
export function showOutcome(done: string, leftOut: number, renamed: number, differing = 0): void {
  const parts = [done];
  if (leftOut === 1) parts.push(l10n.t('1 entry was left out; the log names it.'));
  else if (leftOut > 1) parts.push(l10n.t('{0} entries were left out; the log names them.', leftOut));
  if (renamed === 1) parts.push(l10n.t('1 name is another one there; the log has it.'));
  else if (renamed > 1) parts.push(l10n.t('{0} names are other ones there; the log has them.', renamed));
  if (differing === 1)
    parts.push(
      l10n.t('1 file is longer or shorter than the sandbox said, and was cut there; the log names it.'),
    );
  else if (differing > 1)
    parts.push(
      l10n.t(
        '{0} files are longer or shorter than the sandbox said, and were cut there; the log names them.',
        differing,
      ),
    );
  if (parts.length > 1) warn(parts.join(' '));
  else inform(done);
}

/** One message for all, whose number has no bound. */
export function logNames({ log }: Pick<AppContext, 'log'>, what: string, list: NameList): void {
  if (list.count === 0) return;
  const more = list.count - list.names.length;
  const names = list.names.map(name => `  ${plainText(name)}`);
  log.warn([`${what}:`, ...names, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n'));
}

/** Options of callers other than the menu. */
export interface Caller {
  /** Cancels the transfer, like the button of the notification. */
  readonly signal?: AbortSignal;
  /** Whether entries of the same name may be replaced without a question. */
  readonly mayReplace?: boolean;
}

/** Reads the options of a command; invalid ones are ignored. */
export function callerOf(options: unknown): Caller {
  return {
    ...(isMember(options, 'signal') && options.signal instanceof AbortSignal && { signal: options.signal }),
    ...(isMember(options, 'mayReplace') && { mayReplace: options.mayReplace === true }),
  };
}
