import { l10n } from 'vscode';
import { notice, warn } from '../../host/editor/dialogs/messages';
import { errorText } from '../../text/kit/failureText';
import { listText } from '../../text/kit/listText';
import { plainText } from '../../text/kit/plainText';
import { nearTime } from '../../text/kit/units';

/** An access closed later than this after its time is reported as late. */
const lateMs = 60_000;
const messageMs = 15_000;

/** Tells that the public access to a sandbox was closed. */
export function tellClosed(name: string, closesAtMs: number, nowMs: number): void {
  const shown = plainText(name, 80);
  const text =
    nowMs - closesAtMs > lateMs
      ? l10n.t('Public access to {0} is closed; its time was up at {1}.', shown, nearTime(closesAtMs, nowMs))
      : l10n.t('Public access to {0} is closed: its time is up.', shown);
  notice('lock', text, messageMs);
}

/** Warns that public access could not be closed in time. */
export function warnThatItStays(name: string, error: unknown): void {
  warn(
    l10n.t(
      '{0} stays public: its time is up, but it could not be closed so far. It is tried again until it is. {1}',
      plainText(name, 80),
      errorText(error),
    ),
  );
}

/** Warns that the sandboxes of a profile that is left stay public. */
export function warnThatSomeStayOpen(sandboxes: readonly string[], profileName: string): void {
  const profile = plainText(profileName);
  const names = sandboxes.map(name => plainText(name, 40));
  warn(
    names.length === 1
      ? l10n.t(
          '{0} stays public until the profile "{1}" is used again: only then does it close by itself.',
          names.join(),
          profile,
        )
      : l10n.t(
          '{0} sandboxes stay public until the profile "{1}" is used again: only then do they close by themselves. {2}',
          names.length,
          profile,
          listText(names),
        ),
  );
}
