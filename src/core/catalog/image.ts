/** Images the service brings along (API reference section 2.17). They need not be in the project's list. */
export const managedImages = [
  'tensorlake/ubuntu-minimal',
  'tensorlake/ubuntu-systemd',
  'tensorlake/ubuntu-vnc',
  'tensorlake/debian-minimal',
] as const;

/** An image that sandboxes can be made from. */
export interface CatalogImage {
  /** What `image` of a create takes. */
  readonly name: string;
  readonly id?: string;
  /** Whether the platform provides it; else the project has registered it. */
  readonly isManaged: boolean;
}
