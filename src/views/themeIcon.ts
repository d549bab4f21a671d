import { ThemeColor, ThemeIcon } from 'vscode';

/** The icon of a row, in its colour where it has one. */
export function themeIcon({
  icon,
  color,
}: {
  readonly icon: string;
  readonly color: string | undefined;
}): ThemeIcon {
  return new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
}
