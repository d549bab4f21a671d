import type { KnownSecrets } from '../../api/http/errors/redact';
import type { DiagnosticsFacts } from '../../host/editor/log/diagnostics';
import type { Reports } from '../../host/editor/documents/reports';

/** What the commands use that find out what is wrong. */
export interface DiagnosticsServices extends DiagnosticsFacts {
  readonly reports: () => Reports;
  /** The secrets that this window has used. */
  readonly knownSecrets: KnownSecrets;
  /** Whether package.json says where problems are to be reported. */
  readonly takesIssues: boolean;
}
