import type { ListStatus } from '../core/list/listStatus';
import type { ViewState } from '../core/list/counts';
import { configuredEndpoint } from '../host/session/session';
import { causeMessage, unreachedText } from '../text/sandbox/viewText';

/**
 * Why a view has no list, for the place beside its title: the cause where it is known, else which server cannot be
 * reached. Undefined where no more is known than the welcome content says.
 */
export function causeBesideTitle(status: ListStatus, viewState: ViewState): string | undefined {
  if (status.kind !== 'failed' || viewState === 'list') return undefined;
  const known = causeMessage(status);
  if (known !== undefined || viewState !== 'unreachable') return known;
  const endpoint = configuredEndpoint();
  return 'ok' in endpoint ? unreachedText(new URL(endpoint.ok.origin).host, status.failure) : undefined;
}
