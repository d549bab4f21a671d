/** The amber of what needs a person. Unlike `list.warningForeground` it is a colour in High Contrast too. */
export const amber = 'problemsWarningIcon.foreground';

/** What a row shows, without types of the editor. */
export interface RowView {
  readonly label: string;
  readonly description: string;
  /** Codicon and theme colour. */
  readonly icon: string;
  readonly color: string | undefined;
  readonly contextValue: string;
  readonly accessibilityLabel: string;
}

/** Everything a row shows and says, as one text: two rows with the same key look the same. */
export function renderKey(view: RowView): string {
  const { label, description, icon, color, contextValue, accessibilityLabel } = view;
  return [label, description, icon, color, contextValue, accessibilityLabel].join('\n');
}
