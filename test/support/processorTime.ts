/** How long the processor worked for this process during `act`, in milliseconds: others may have the machine meanwhile. */
export function processorMs(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
