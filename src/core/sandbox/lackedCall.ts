import { type Capability, isAbleTo, type OptionalCall, type Standing } from './capabilities';

/**
 * The call for whose lack alone a sandbox has none of the capabilities; undefined when it has one, or would have none on
 * any server.
 */
export function lackedCall(
  row: Standing,
  anyOf: readonly Capability[],
  needsRest = true,
): OptionalCall | undefined {
  const isAbleWithout = (lacks?: ReadonlySet<OptionalCall>): boolean =>
    isAbleTo({ ...row, lacks }, anyOf, needsRest);
  if (isAbleWithout(row.lacks) || !isAbleWithout()) return undefined;
  const lacks = [...(row.lacks ?? [])];
  return lacks.find(call => !isAbleWithout(new Set([call]))) ?? lacks[0];
}
