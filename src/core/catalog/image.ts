/** Images that the service provides (API reference section 2.17). The list of the project need not contain them. */
export const managedImages = [
  'tensorlake/ubuntu-minimal',
  'tensorlake/ubuntu-systemd',
  'tensorlake/ubuntu-vnc',
  'tensorlake/debian-minimal',
] as const;

/** An image that a sandbox can be made from. */
export interface CatalogImage {
  /** What `image` of a create takes. */
  readonly name: string;
  readonly id?: string;
  /** Whether the platform provides it; else the project registered it. */
  readonly isManaged: boolean;
}
