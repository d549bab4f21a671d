import { ownScriptArgs } from '../../../core/processes/ownProcess';

/**
 * `$1`: the shell. Programs draw anything but ASCII only in a UTF-8 locale, which many images do not set. A variable of
 * the request would win over the image's own (API reference section 3.7), and what that is cannot be read, so the shell
 * itself looks before it starts the one that stays.
 */
const localeScript = `[ -n "$LC_ALL$LC_CTYPE$LANG" ] || export LANG=C.UTF-8
exec "$1"`;

/** Arguments for a shell that has a UTF-8 locale, unless its image sets any. @param command path of the shell */
export function shellArgs(command: string): readonly string[] {
  return ownScriptArgs(localeScript, [command]);
}
